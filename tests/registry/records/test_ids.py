"""Ids: what people type is understood, and a typing error is told from a missing entry."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from motif.errors import EntryNotFoundError, ParameterError
from motif.registry.records.ids import check_digit, format_id, parse_id

NUMBERS = st.integers(1, 2**31 - 1)


@given(NUMBERS)
def test_an_id_is_read_back(number: int) -> None:
    assert parse_id(format_id(number)) == number


@given(st.integers(1, 999_999), st.integers(1, 999_999))
def test_ids_sort_in_order_of_registration(a: int, b: int) -> None:
    assert (format_id(a) < format_id(b)) == (a < b)


@pytest.mark.slow
@given(NUMBERS, st.data())
def test_every_single_wrong_digit_is_noticed(number: int, data: st.DataObject) -> None:
    right = format_id(number)
    place = data.draw(st.sampled_from([i for i, character in enumerate(right) if character.isdigit()]))
    other = data.draw(st.sampled_from("0123456789".replace(right[place], "")))
    with pytest.raises(EntryNotFoundError):
        parse_id(right[:place] + other + right[place + 1 :])


@pytest.mark.slow
@given(NUMBERS, st.data())
def test_every_swap_of_neighbours_is_noticed(number: int, data: st.DataObject) -> None:
    digits = f"{number:06}{check_digit(str(number))}"
    swaps = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    assume(swaps)
    place = data.draw(st.sampled_from(swaps))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    with pytest.raises(EntryNotFoundError):
        parse_id(f"M{swapped}")


@pytest.mark.parametrize(
    "spelling",
    [
        "m-000042-7",
        " M 000042 7 ",
        "M0000427",
        "0000427",
        "M-42-7",
        "m 42 7",
        "M–000042–7",
        "M-OOOO42-7",
        "Ｍ-０００042-7",
    ],
)
def test_sloppy_spellings_are_understood(spelling: str) -> None:
    assert parse_id(spelling) == 42


def test_a_wrong_check_digit_is_called_a_typing_error() -> None:
    with pytest.raises(EntryNotFoundError) as caught:
        parse_id("M-000042-8")
    assert "typing error" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["", "M", "kawung", "M-000042", "427", "M-000000-0", "-1", "M-" + "9" * 30, "٤٢٧", "M-42-7\0"]
)
def test_what_is_no_id_is_not_found(text: str) -> None:
    with pytest.raises(EntryNotFoundError) as caught:
        parse_id(text)
    assert "M-000042-7" in caught.value.hint


@pytest.mark.slow
@given(st.text())
def test_any_text_is_an_id_or_not_found(text: str) -> None:
    try:
        assert parse_id(text) >= 1
    except EntryNotFoundError as error:
        assert error.hint


@pytest.mark.parametrize("number", [0, -1, 2**31])
def test_numbers_out_of_range_have_no_id(number: int) -> None:
    with pytest.raises(ParameterError):
        format_id(number)
