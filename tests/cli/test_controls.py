"""What a name of a file holds never reaches the terminal as a command to it."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from tests.pictures import spots

from motif.cli.entry import run
from motif.errors import RegistryError
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry
from motif.registry.transfer.backup import backup_registry
from motif.registry.transfer.copy import copy_registry

ODD = "a\x1b[2J\x1b]0;kena\x07\x9b31m\r\u202eb"
CONTROLS = set("\x1b\x07\x9b\r\u202e")

COMMANDS = {
    "list of a missing registry": ("list", "--registry", ODD),
    "register a missing photo": ("register", f"{ODD}.jpg", "--title", "x"),
    "check a missing photo": ("check", f"{ODD}.jpg"),
    "compare": ("compare", f"{ODD}.jpg", f"{ODD}.png"),
    "backup": ("registry", "backup", f"{ODD}.zip"),
    "backup to an odd name": ("registry", "backup", f"{ODD}.tar"),
    "backup to a missing folder": ("registry", "backup", f"{ODD}/b.zip"),
    "copy": ("registry", "copy", "registry.motif", f"{ODD}-copy"),
    "copy of a missing registry": ("registry", "copy", ODD, "elsewhere"),
    "restore": ("registry", "restore", "b.zip", f"{ODD}-restored"),
    "restore a missing file": ("registry", "restore", f"{ODD}-missing.zip", "elsewhere"),
    "report": ("report", "M-000001-3", "--report", f"{ODD}.html"),
    "report of an odd kind": ("report", "M-000001-3", "--report", f"{ODD}.doc"),
    "report that is verified": ("report", "--verify", f"{ODD}.html"),
    "show": ("show", ODD),
    "proof": ("proof", ODD),
    "verify": ("verify", "--checkpoint", f"{ODD}.txt"),
    "an option that is none": ("list", f"--{ODD}"),
    "a command that is none": (ODD,),
    "an argument too many": ("list", ODD),
    "import": ("import", f"{ODD}.csv"),
    "dedupe": ("dedupe", f"{ODD}"),
    "fingerprint": ("fingerprint", f"{ODD}.jpg"),
    "a language that is none": ("--lang", ODD, "list"),
}


@pytest.mark.slow
def test_no_command_echoes_controls(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with Registry.open(here / "registry.motif", profile=CHEAPEST_1) as registry:
        registry.register(spots(1), title="Turi")
    backup_registry(here / "registry.motif", here / "b.zip")
    for what, command in COMMANDS.items():
        monkeypatch.setattr(sys, "argv", ["motif", *command])
        with suppress(SystemExit):
            run()
        stdout, stderr = capfd.readouterr()
        assert stdout + stderr
        assert not CONTROLS & set(stdout + stderr), (what, stdout + stderr)
        assert "should not have happened" not in stderr, what


def test_a_registry_is_not_copied_into_itself(here: Path) -> None:
    with Registry.open(here / "t0", profile=CHEAPEST_1) as registry:
        registry.register(spots(1), title="Turi")
    (here / "link").symlink_to("t0")
    before = sorted(here.rglob("*"))
    for source, target in (
        ("t0", "t0/inner"),
        ("t0", "t0/originals/inner"),
        ("t0", "t0"),
        ("t0", "./t0/../t0/inner"),
        ("link", "t0/inner"),
        ("t0", "link/inner"),
        ("t0", "t0/."),
    ):
        with pytest.raises(RegistryError, match=r"itself|inside the other"):
            copy_registry(source, target)
    for archive in ("t0/b.zip", "t0/originals/b.zip", "link/b.zip"):
        with pytest.raises(RegistryError, match="inside the other"):
            backup_registry("t0", archive)
    assert sorted(here.rglob("*")) == before
    copy_registry("t0", "t0-copy")
    Path("around").mkdir()
    shutil.move("t0", "around/t0")
    copy_registry("around/t0", "around/beside")
