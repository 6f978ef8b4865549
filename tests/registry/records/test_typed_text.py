"""Lists and numbers as people type them, and as tables hold them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motif.errors import ParameterError
from motif.registry.records.fields import Many, Number, Text, join_items, split_items
from motif.registry.records.works import Motif

ITEMS = st.lists(st.text("a\\;, \"'\n=", min_size=1).map(str.strip).filter(bool))


@given(items=ITEMS)
def test_every_list_is_read_as_it_was_written(items: list[str]) -> None:
    assert split_items(join_items(items)) == items


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("cecek;sawut", ["cecek", "sawut"]),
        (" cecek ; ;sawut; ", ["cecek", "sawut"]),
        (r"Soe\; Batik; Arsip", ["Soe; Batik", "Arsip"]),
        (r"D:\arsip; E:\\; F:\\\;g", ["D:\\arsip", "E:\\", "F:\\;g"]),
        ("\\", ["\\"]),
        (";", []),
        ("", []),
    ],
)
def test_a_semicolon_ends_an_item_unless_a_backslash_stands_before_it(text: str, items: list[str]) -> None:
    assert split_items(text) == items


@given(value=st.none() | ITEMS.map(tuple))
def test_a_list_of_a_record_goes_through_a_cell(value: tuple[str, ...] | None) -> None:
    kind = Many(Text(lines=True))
    written = "" if value is None else kind.spell(kind.read(value, "references"))
    read = Motif.parse({"references": written}).get("references")
    assert read == (None if value is None else kind.read(value, "references"))


def test_an_item_that_says_nothing_is_refused() -> None:
    with pytest.raises(ParameterError, match="says nothing"):
        Motif(id="M-000001-3", references=("a", " "))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1150", 1150.0),
        ("1,15", 1.15),
        ("1.15", 1.15),
        ("0.150", 0.15),
        ("0,150", 0.15),
        ("1.1500", 1.15),
        ("1150.250", 1150.25),
        ("1.150,5", 1150.5),
        ("1,150.5", 1150.5),
        ("1.150.000", 1150000.0),
        ("1,150,000.25", 1150000.25),
        ("+2", 2.0),
        (" 7 ", 7.0),
    ],
)
def test_a_number_is_read_as_indonesians_and_others_write_it(text: str, number: float) -> None:
    assert Number().parse(text, "width_mm") == number


@pytest.mark.parametrize("text", ["1.150", "1,150", "12.345", "999,999", "-1.150"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="can be read in two ways") as refused:
        Number(low=-9e9).parse(text, "width_mm")
    assert all(float(way.strip(".")) for way in refused.value.hint.removeprefix("Write ").split(" or "))


def test_the_two_ways_are_named() -> None:
    with pytest.raises(ParameterError) as refused:
        Number().parse("1.150", "width_mm")
    assert refused.value.hint == "Write 1150 or 1.1500."


@pytest.mark.parametrize(
    "text", ["1.15.0", "1,15,000", "1.150,000.5", "1 150", "1_150", "1e3", "inf", "nan", "", "٣"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="is not a number"):
        Number().parse(text, "width_mm")
