"""What leaves the registry with a filing's file: nothing that shows a sacred or secret design unreleased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest
from tests.pictures import saved_again, spots

import motif
from motif.filing.build import dossier_of, for_outsiders
from motif.filing.change import new_filing, release_pictures
from motif.filing.dossier import Dossier
from motif.filing.facts import gather
from motif.profiles import CHEAPEST_1
from motif.registry.records.works import Motif
from motif.report.pdf import report_pdf

pytestmark = pytest.mark.slow

AT = datetime(2026, 12, 1, tzinfo=UTC)
SHOWING = {"laporan-pemeriksaan.pdf", "lembar-motif.pdf"}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[motif.Registry]:
    """A design that is filed, and another like it that is sacred."""
    folder = tmp_path_factory.mktemp("build")
    with motif.Registry.open(folder / "r", profile=CHEAPEST_1, by="Bu Rini") as opened:
        opened.register(spots(1), title="Ceplok Biru")
        opened.register(saved_again(spots(1)), title="Sekar Rahasia", allow_duplicate=True)
        opened.records.put(Motif(id="M-000002-1", access_class="sakral"))
        new_filing(opened, "M-000001-3", "copyright")
        yield opened


def dossier(registry: motif.Registry) -> Dossier:
    return dossier_of(registry, gather(registry, "F-000001-3", at=AT))


def pictures_in(dossier: Dossier) -> list[str]:
    return [picture.photo_name for row in dossier.files for picture in row.pictures]


def test_a_sacred_design_that_is_like_it_is_not_shown_to_others(registry: motif.Registry) -> None:
    photo = motif.read_photo(registry.original("M-000001-3"), long_edge_px=registry.profile.long_edge_px)
    result = for_outsiders(registry, "M-000001-3", registry.check(photo))
    (match,) = result.matches
    assert (match.entry.id, match.withheld, result.verdict) == ("M-000002-1", True, "conflict")
    report = motif.report.check_report(result, photo, registry)
    assert report.record["shown"] == [] and "Sekar" not in str(report.record)
    assert report_pdf(report).startswith(b"%PDF")


@pytest.mark.parametrize("access", ["sakral", "rahasia"])
def test_nothing_that_shows_a_closed_design_is_read_for_the_file(
    registry: motif.Registry, access: str
) -> None:
    registry.records.amend("M-000001-3", lambda known: replace(cast(Motif, known), access_class=access))
    closed = dossier(registry)
    assert closed.work.pictures_closed and pictures_in(closed) == []
    assert not SHOWING & {file.name for file in closed.evidence}
    if access == "rahasia":
        release_pictures(registry, "F-000001-3", reason="disepakati kustodian")
        opened = dossier(registry)
        assert len(pictures_in(opened)) == 1 and {file.name for file in opened.evidence} >= SHOWING
