"""Where the counter keeps what is too large for its database: photos, pictures, answers, reports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motif.files import write_durably


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The counter's folder; all names in it are made here, none by who asks.

    Parameters
    ----------
    path : Path
    """

    path: Path

    def make(self) -> None:
        """Create what is missing; only its owner can read it."""
        for name in ("", "photos", "pictures", "checks", "reports", "uploads"):
            (self.path / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def photo(self, sha256: str) -> Path:
        """Return where the untouched file of a photo lies."""
        return self.path / "photos" / sha256

    def picture(self, sha256: str, name: str) -> Path:
        """Return where a picture made from a photo lies."""
        return self.path / "pictures" / f"{sha256}-{name}"

    def check(self, number: int, name: str) -> Path:
        """Return where a part of an answer lies."""
        return self.path / "checks" / f"{number}-{name}"

    def report(self, number: int, form: str) -> Path:
        """Return where a report lies."""
        return self.path / "reports" / f"{number}.{form}"

    def answer(self, number: int) -> dict[str, Any] | None:
        """Return the answer of a check, as ``CheckResult.to_json``; None where there is none yet."""
        value: dict[str, Any] | None = read_json(self.check(number, "answer.json"))
        return value


def write_json(path: Path, value: Any) -> None:
    """Write JSON, whole or not at all."""
    write_durably(path, json.dumps(value).encode())


def read_json(path: Path) -> Any:
    """Read JSON; None where there is no such file."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
