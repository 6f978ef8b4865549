"""``motif log``: who did what, and who read what is not open."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from tests.pictures import spots

from motif.cli.group import cli
from motif.profiles import CHEAPEST_1
from motif.records import Motif
from motif.registry.registry import Registry


def test_what_one_person_did_and_read_is_told_newest_first(tmp_path: Path) -> None:
    place = str(tmp_path / "registry")
    with Registry.open(place, profile=CHEAPEST_1, by="Bu Sri") as registry:
        entry = registry.register(spots(1), title="Sekar")
        registry.records.put(Motif(id=entry.id, access_class="sakral"))

    def run(*args: str) -> str:
        result = CliRunner().invoke(cli, ["--registry", place, *args])
        assert result.exit_code == 0, result.output
        return result.stdout

    for _time in range(2):
        run("show", entry.id, "--by", "Pak Darmo")
    run("report", entry.id, "--by", "Bu Tini", "--report", str(tmp_path / "sheet.html"))
    told = json.loads(run("log", "--json"))
    assert [(event["by"], event["kind"]) for event in told][:3] == [
        ("Bu Tini", "entry.read"),
        ("Pak Darmo", "entry.read"),
        ("Bu Sri", "record.put"),
    ]
    lines = run("log", "--by", "pak darmo").splitlines()
    assert len(lines) == 1
    assert lines[0].split()[-4:] == ["entry.read", entry.id, "Pak", "Darmo"]
    assert len(run("log", "--about", entry.id, "--limit", "2").splitlines()) == 2
