"""Groups of one design among pictures, without a registry."""

from __future__ import annotations

import numpy as np
import pytest
from tests import pictures
from tests.pictures import sheet_of

from motif.arrays import RGB8, Gray8
from motif.batch.duplicates import Duplicates, find_duplicates
from motif.fingerprint import Fingerprint, fingerprint
from motif.messages import use_language
from motif.profiles import CHEAPEST_1
from motif.report.batch_text import contact_sheet, duplicates_text

pytestmark = pytest.mark.slow


def blots(seed: int) -> RGB8:
    return np.dstack([pictures.blots(seed, (22, 22), 14, dark=0, bright=200)] * 3)


@pytest.fixture(autouse=True)
def english() -> None:
    use_language("en")


@pytest.fixture(scope="module")
def prints() -> dict[str, Fingerprint]:
    pictures = {
        "a": blots(1),
        "b": blots(2),
        "a mirrored": blots(1)[:, ::-1].copy(),
        "<b>&c": blots(3),
        "a negative": (200 - blots(1)),
        "b again": blots(2),
    }
    return {path: fingerprint(picture, CHEAPEST_1) for path, picture in pictures.items()}


@pytest.fixture(scope="module")
def found(prints: dict[str, Fingerprint]) -> Duplicates:
    names = [(path, value.source_sha256) for path, value in prints.items()]
    return find_duplicates(names, prints.__getitem__, profile=CHEAPEST_1)


def test_pictures_of_one_design_make_a_group_in_the_order_of_the_batch(found: Duplicates) -> None:
    assert found.groups == (("a", "a mirrored", "a negative"), ("b", "b again"))
    assert found.pictures == 6
    assert not found.unsure


def test_pairs_say_how(found: Duplicates) -> None:
    how = {(pair.first, pair.second): pair.evidence for pair in found.pairs}
    assert how["a", "a mirrored"].mirrored
    assert how["a", "a negative"].negative
    assert how["b", "b again"].basis == "file"


def test_json_holds_groups_with_their_pairs(found: Duplicates) -> None:
    made = found.to_json()
    assert [group["pictures"] for group in made["groups"]] == [list(group) for group in found.groups]
    assert all(pair["verdict"] == "conflict" for group in made["groups"] for pair in group["pairs"])
    assert made["unsure"] == []


def test_no_pictures_and_no_duplicates(prints: dict[str, Fingerprint]) -> None:
    assert find_duplicates([], prints.__getitem__).groups == ()
    two = [(path, prints[path].source_sha256) for path in ("a", "b")]
    assert find_duplicates(two, prints.__getitem__, profile=CHEAPEST_1).groups == ()


def test_table_names_groups_and_pictures(found: Duplicates) -> None:
    text = duplicates_text(found, width=80)
    assert "1      a\n       a mirrored\n       a negative\n2      b\n       b again" in text


def test_the_sheet_is_self_contained_and_escapes_names(found: Duplicates) -> None:
    named = Duplicates(
        pictures=2,
        groups=(("x/<script>alert(1)</script>.jpg", '"onload="y.jpg'),),
        pairs=(),
        unsure=found.pairs[:1],
    )
    page = "".join(contact_sheet(named, lambda path: None if "onload" in path else blots(4)))
    assert page.index("<main>") < page.index("<h1>") < page.index("</main>")
    assert "<script" not in page
    assert '"onload' not in page
    assert page.count("data:image/jpeg;base64,") == 3
    assert "can no longer be read" in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_sheet_is_in_the_group_of_each_design_that_it_shows() -> None:
    pictures = {"one": blots(1), "sheet": np.dstack([sheet(4, 1)] * 3), "other": blots(7), "four": blots(4)}
    prints = {path: fingerprint(picture, CHEAPEST_1) for path, picture in pictures.items()}
    names = [(path, value.source_sha256) for path, value in prints.items()]
    found = find_duplicates(names, prints.__getitem__, profile=CHEAPEST_1)
    assert found.groups == (("one", "sheet", "four"),)


def sheet(*seeds: int) -> Gray8:
    return sheet_of(*(pictures.blots(seed, (22, 22), 14, dark=0, bright=200) for seed in seeds))
