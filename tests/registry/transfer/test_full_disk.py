"""A full disk while a registry is copied, backed up or restored: said, nothing lost, gone on with."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from motif.registry.registry import Registry

pytestmark = pytest.mark.slow  # fills disks

ROOM_BYTES = 40_000


def motif(place: Path, *arguments: str, room: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command, in a place where no file can grow beyond ``ROOM_BYTES`` unless there is room."""

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, ROOM_BYTES))

    command = [sys.executable, "-m", "motif", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=place, check=False, preexec_fn=None if room else fill
    )


@pytest.mark.parametrize("work", ["copy", "restore"])
def test_a_copy_that_found_no_room_goes_on(work: str, small_registry: Path, tmp_path: Path) -> None:
    assert motif(tmp_path, "--registry", small_registry.name, "registry", "backup", "b.zip").returncode == 0
    command = ("registry", work, small_registry.name if work == "copy" else "b.zip", "office")
    failed = motif(tmp_path, *command, room=False)
    assert (failed.returncode, failed.stdout) == (5, "")
    assert "registry office" in failed.stderr
    done = motif(tmp_path, *command)
    assert (done.returncode, done.stderr) == (0, "")
    with Registry.open(tmp_path / "office") as registry:
        assert registry.ledger.verify().findings == ()


def test_a_backup_that_found_no_room_leaves_no_file(small_registry: Path, tmp_path: Path) -> None:
    failed = motif(tmp_path, "--registry", small_registry.name, "registry", "backup", "b.zip", room=False)
    assert failed.returncode == 5
    assert "Error: registry ." in failed.stderr
    assert [path.name for path in tmp_path.iterdir()] == [small_registry.name]
    with Registry.open(small_registry) as registry:
        assert registry.ledger.verify().findings == ()
