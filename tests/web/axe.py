#!/usr/bin/env python3
"""Fetch axe-core (MPL-2.0), which finds what keeps people from using a page; for tests only, never shipped.

python tests/web/axe.py    # asks npm for the pinned version, verifies it, keeps one file in .axe/
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
FILE = Path(__file__).parents[2] / ".axe" / f"axe-{VERSION}.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def main() -> int:
    """Fetch it unless it is there; say why where that does not work."""
    if FILE.exists():
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("npm is missing: tests with axe-core skip")  # noqa: T201
        return 0
    with tempfile.TemporaryDirectory() as name:
        command = [npm, "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        archives = list(Path(name).glob("*.tgz"))
        if done.returncode or not archives:
            print(f"npm cannot fetch axe-core: tests with it skip: {done.stderr[-200:]}")  # noqa: T201
            return 0
        data = archives[0].read_bytes()
        if base64.b64encode(hashlib.sha512(data).digest()).decode() != SHA512:
            print("axe-core is not what was pinned, and is not used")  # noqa: T201
            return 1
        with tarfile.open(archives[0]) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            FILE.parent.mkdir(exist_ok=True)
            FILE.write_bytes(member.read())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
