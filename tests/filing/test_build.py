"""What leaves the registry with a filing's file: nothing that shows a sacred or secret design unreleased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest
from tests.pictures import saved_again, spots

import motif
from motif.filing.bag import files_in
from motif.filing.build import build_filing
from motif.filing.change import new_filing, release_pictures
from motif.filing.dossier import MET
from motif.filing.facts import gather
from motif.filing.files import file_answer
from motif.filing.texts import text_of_file
from motif.profiles import CHEAPEST_1
from motif.registry.records.works import Motif

pytestmark = pytest.mark.slow

AT = datetime(2026, 12, 1, tzinfo=UTC)
REPORT = "4-bukti/laporan-pemeriksaan.pdf"


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


def files_of(registry: motif.Registry) -> dict[str, bytes]:
    return files_in(build_filing(registry, "F-000001-3", at=AT).data)


def test_a_sacred_design_that_is_like_it_is_not_shown_to_others(registry: motif.Registry) -> None:
    files = files_of(registry)
    text = text_of_file(REPORT, files[REPORT])
    assert "M-000002-1" in text and "Sekar Rahasia" not in text
    assert not any("Sekar Rahasia" in text_of_file(name, data) for name, data in files.items())


def test_no_picture_of_a_closed_design_leaves_before_the_head_agrees(registry: motif.Registry) -> None:
    registry.records.amend("M-000001-3", lambda known: replace(cast(Motif, known), access_class="rahasia"))
    closed = files_of(registry)
    assert not [name for name in closed if name.endswith((".jpg", ".png"))]
    assert REPORT not in closed and "4-bukti/lembar-motif.pdf" not in closed
    release_pictures(registry, "F-000001-3", reason="disepakati kustodian")
    facts = gather(registry, "F-000001-3", at=AT)
    (spec,) = (spec for spec in facts.route.files if spec.key == "contoh_ciptaan")
    assert not facts.pictures_closed and file_answer(facts, spec).state == MET
