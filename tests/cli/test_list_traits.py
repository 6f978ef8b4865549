"""Entries are found by what was measured on them, and measured once."""

from __future__ import annotations

import json
from pathlib import Path

import motif
from motif.registry.traits import Traits, traits

from .conftest import Run

SAMPLES = Path(__file__).parents[2] / "samples"


def listed(run: Run, registry: Path, *options: str) -> list[str]:
    """Return the titles that ``motif list`` shows."""
    result = run("list", *options, "--json", "--registry", registry)
    assert result.exit_code == 0, result.output
    return [entry["title"] for entry in json.loads(result.stdout)]


def test_entries_are_listed_by_what_was_measured(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "r.motif"
    names = ("kawung_0011", "ciprat_0014", "parang_0016")
    with motif.Registry.open(folder) as registry:
        for name in names:
            registry.register(SAMPLES / f"{name}.jpg", title=name)
        measured = {entry.title: one for entry, one in traits(registry, registry.list())}
    for name in names:
        assert measured[name].family and measured[name].colors
    asked = measured["kawung_0011"]
    assert "kawung_0011" in listed(run, folder, "--family", str(asked.family).upper())
    assert "ciprat_0014" not in listed(run, folder, "--family", str(asked.family))
    assert "kawung_0011" in listed(run, folder, "--colour", asked.colors[0])
    if asked.symmetry:
        assert "kawung_0011" in listed(run, folder, "--symmetry", asked.symmetry[0])
    assert listed(run, folder, "--family", "no such family") == []
    assert listed(run, folder) == list(names)


def test_what_was_measured_is_kept_once(tmp_path: Path) -> None:
    with motif.Registry.open(tmp_path / "r.motif") as registry:
        registry.register(SAMPLES / "ciprat_0016.jpg", title="Ciprat")
        first = [one for _, one in traits(registry, registry.list())]
        again = [one for _, one in traits(registry, registry.list())]
        assert first == again and first[0].id is not None
        assert len(registry.records.list(Traits)) == 1
