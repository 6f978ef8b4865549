"""A real ``motif`` process, and pictures that are obviously the same or obviously different."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from motif.cli.group import cli

Motif = Callable[..., subprocess.CompletedProcess[str]]
Run = Callable[..., Result]


def draw(seed: int, size_px: int = 500) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Draw large and small blots at places that only this seed has."""
    rng = np.random.default_rng(seed)
    coarse, fine = (
        cv2.GaussianBlur(rng.normal(size=(size_px, size_px)), (0, 0), sigma_px) for sigma_px in (8, 3)
    )
    picture = np.full((size_px, size_px, 3), (200, 225, 240), np.uint8)
    picture[fine > 0.05] = rng.integers(20, 150, 3)
    picture[coarse > 0] = rng.integers(20, 150, 3)
    return picture


def save(path: Path, picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Path:
    """Write a picture under any name."""
    path.write_bytes(cv2.imencode(path.suffix.lower(), picture)[1].tobytes())
    return path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with nothing set from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("MOTIF_REGISTRY", "MOTIF_DEBUG", "PYTHONIOENCODING", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def motif() -> Motif:
    """Run ``python -m motif`` and return what it wrote and how it ended."""

    def run(
        *args: str | Path, env: dict[str, str] | None = None, **kwargs: object
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "motif", *map(os.fspath, args)]
        options = {
            "capture_output": True,
            "encoding": "utf-8",
            "errors": "surrogateescape",
            "timeout": 120,
        } | kwargs
        return subprocess.run(command, env=os.environ | (env or {}), **options)  # type: ignore[call-overload, no-any-return]

    return run


@pytest.fixture
def photo(here: Path) -> Path:
    """One picture."""
    return save(here / "turi.png", draw(1))


@pytest.fixture
def other(here: Path) -> Path:
    """A picture of another design."""
    return save(here / "sekar.png", draw(2))


@pytest.fixture
def run() -> Callable[..., Result]:
    """Run a command in this process: quicker than ``motif``, and enough where no stream is odd."""

    def invoke(*args: str | Path, **kwargs: Any) -> Result:
        result = CliRunner().invoke(cli, [os.fspath(arg) for arg in args], prog_name="motif", **kwargs)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return invoke


def sabotage(here: Path, statement: str, *, event: str = "open", of: str = "z.png") -> dict[str, str]:
    """Return an environment in which a process runs a statement as it opens a file, or imports a module."""
    site = here / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def hook(event, args):\n"
        f"    if event == {event!r} and str(args[0]).endswith({of!r}):\n"
        f"        {statement}\n"
        "sys.addaudithook(hook)\n"
    )
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))}


def obey_ctrl_c() -> None:
    """Let a new process obey Ctrl-C, also where the tests themselves run in the background and ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def group_members(group: int) -> list[str]:
    """Name the processes of a process group that still run."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_group) == group and state != "Z":
            members.append(stat.parent.name)
    return members
