"""Entries are found by what was measured on them, and measured once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import motif
from motif.description import MEASURING, describe
from motif.registry.records.traits import Traits

from .conftest import Run

SAMPLES = Path(__file__).parents[2] / "samples"


def listed(run: Run, registry: Path, *options: str) -> list[str]:
    """Return the titles that ``motif list`` shows."""
    result = run("list", *options, "--json", "--registry", registry)
    assert result.exit_code == 0, result.output
    return [entry["title"] for entry in json.loads(result.stdout)]


@pytest.mark.slow
def test_entries_are_listed_by_what_was_measured(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "r.motif"
    names = ("kawung_0011", "ciprat_0014", "parang_0016")
    with motif.Registry.open(folder) as registry:
        for name in names:
            registry.register(SAMPLES / f"{name}.jpg", title=name)
        measured = {entry.title: traits for entry, traits in registry.traits(registry.list())}
    for name in names:
        assert measured[name].family and measured[name].colors
    kawung = measured["kawung_0011"]
    assert "kawung_0011" in listed(run, folder, "--family", str(kawung.family).upper())
    assert "ciprat_0014" not in listed(run, folder, "--family", str(kawung.family))
    assert "kawung_0011" in listed(run, folder, "--colour", kawung.colors[0])
    if kawung.symmetry:
        assert "kawung_0011" in listed(run, folder, "--symmetry", kawung.symmetry[0])
    assert listed(run, folder, "--family", "no such family") == []
    assert listed(run, folder) == list(names)


@pytest.mark.slow
def test_what_was_measured_is_kept_once(tmp_path: Path) -> None:
    with motif.Registry.open(tmp_path / "r.motif") as registry:
        registry.register(SAMPLES / "ciprat_0016.jpg", title="Ciprat")
        first = [traits for _, traits in registry.traits(registry.list())]
        again = [traits for _, traits in registry.traits(registry.list())]
        assert first == again and first[0].id is not None
        assert len(registry.records.list(Traits)) == 1


def test_traits_of_before_there_was_a_number_are_found_as_they_are(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "r.motif"
    with motif.Registry.open(folder) as registry:
        entry = registry.register(SAMPLES / "ciprat_0016.jpg", title="Ciprat")
        old = Traits(entry=entry.id, sha256=entry.photos[0].sha256, family="kawung", colors=("soga",))
        body = {name: value for name, value in old.to_json().items() if name != "measuring"}
        registry.records.put(Traits.from_json(body))
    assert listed(run, folder, "--family", "kawung", "--colour", "soga") == ["Ciprat"]
    with motif.Registry.open(folder) as registry:
        assert [traits.measuring for traits in registry.records.list(Traits)] == [None]


@pytest.mark.slow
def test_traits_of_another_way_of_measuring_are_measured_again(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "r.motif"
    with motif.Registry.open(folder) as registry:
        registry.register(SAMPLES / "ciprat_0016.jpg", title="Ciprat")
        [(_, now)] = registry.traits(registry.list())
        assert now.measuring == MEASURING
        registry.records.put(replace(now, family="kawung", measuring=MEASURING + 1))
        assert [traits for _, traits in registry.traits(registry.list())] == [now]
        versions = registry.records.versions(str(now.id))
        assert [version.measuring - MEASURING for version in versions] == [0, 1, 0]
        assert registry.ledger.verify().findings == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "family", "symmetry", "colors"),
    [
        ("kawung_0011", "kawung", "p4m", ("gading", "merah", "toska", "wedelan")),
        ("ciprat_0014", "ciprat", None, ("gading", "indigo", "kuning_soga", "wedelan")),
        ("parang_0016", "parang", "p2", ("krem", "soga", "soga_tua")),
    ],
)
def test_the_number_rises_when_a_sample_is_measured_otherwise(
    name: str, family: str, symmetry: str | None, colors: tuple[str, ...]
) -> None:
    """If measuring was changed on purpose: raise ``MEASURING``, and write the new figures down."""
    description = describe(SAMPLES / f"{name}.jpg")
    assert (MEASURING, description.measuring) == (1, 1)
    assert (description.family.key, description.symmetry.best) == (family, symmetry)
    assert tuple(sorted({color.key for color in description.palette.colors})) == colors
