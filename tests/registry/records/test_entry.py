"""Records: a JSON round trip, and no way to make one that contradicts itself."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import entry_photo

from motif.errors import EntryNotFoundError, ParameterError
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.records.ids import format_id
from motif.registry.records.people import Party
from motif.registry.records.text import clean_name, clean_note, clean_title
from motif.registry.registry import Registry
from motif.times import iso, parse_iso

TIMES = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))
TITLES = st.text(min_size=1, max_size=60).map(lambda text: clean_title(f"T{text}".replace("\0", "")))
NOTES = st.text(max_size=200).map(lambda text: clean_note(text.replace("\0", "")))
IDS = st.integers(1, 2**31 - 1).map(format_id)
PHOTOS = st.builds(
    EntryPhoto,
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    size_bytes=st.integers(1, 2**40),
    media_type=st.sampled_from(["image/jpeg", "image/x-ms-bmp", "image/svg+xml"]),
    name=st.text(max_size=300).map(clean_name),
    width_px=st.integers(1, 10**6),
    height_px=st.integers(1, 10**6),
    added_at=TIMES,
    profile_id=st.sampled_from(["standard-1", "cheapest-1"]),
)
WITHDRAWALS = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"withdrawn_at": TIMES, "withdrawn_reason": NOTES.filter(bool)}),
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    return Entry(
        id=draw(IDS),
        title=draw(TITLES),
        note=draw(NOTES),
        photos=tuple(draw(st.lists(PHOTOS, min_size=1, max_size=3))),
        registered_at=draw(TIMES),
        similar_to=tuple(draw(st.lists(IDS, max_size=3))),
        **draw(WITHDRAWALS),
    )


PHOTO = entry_photo()
ENTRY = Entry(id="M-000042-7", title="Turi", photos=(PHOTO,), registered_at=PHOTO.added_at)


@pytest.mark.slow
@given(entries())
def test_entries_survive_json(entry: Entry) -> None:
    assert Entry.from_json(json.loads(json.dumps(entry.to_json()))) == entry


@given(TIMES)
def test_times_survive_text_and_sort_alike(time: datetime) -> None:
    assert parse_iso(iso(time)) == time
    assert (iso(time) < iso(ENTRY.registered_at)) == (time < ENTRY.registered_at)


@pytest.mark.parametrize("text", ["2026-11-24T08:00:00", "today", "", None, 5, "2026-13-01T00:00:00Z"])
def test_a_time_without_zone_or_sense_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        parse_iso(text)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "M-000042-8"},
        {"id": "m-000042-7"},
        {"title": ""},
        {"title": "a\nb"},
        {"title": "a\0"},
        {"note": "a\r"},
        {"photos": ()},
        {"registered_at": datetime(2026, 11, 24)},
        {"registered_at": datetime(2026, 11, 24, tzinfo=timezone(timedelta(hours=7)))},
        {"similar_to": ("kawung",)},
        {"withdrawn_at": datetime(2026, 11, 24, tzinfo=UTC)},
        {"withdrawn_reason": "dobel"},
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        replace(ENTRY, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "../../etc/passwd"},
        {"sha256": "AB" * 32},
        {"sha256": "ab" * 32 + "\n"},
        {"size_bytes": 0},
        {"size_bytes": "9"},
        {"width_px": True},
        {"media_type": "image"},
        {"name": "a/b.png"},
        {"profile_id": "../standard-1"},
        {"added_at": None},
    ],
)
def test_a_photo_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        replace(PHOTO, **change)


@pytest.mark.parametrize(
    "value", [None, [], "x", {}, {"format": 2}, {"format": 1}, {**ENTRY.to_json(), "photos": [{}]}]
)
def test_foreign_json_is_refused(value: Any) -> None:
    with pytest.raises(ParameterError):
        Entry.from_json(value)


@pytest.mark.slow
def test_two_who_say_something_at_the_same_moment_both_stay_heard(tmp_path: Path) -> None:
    folder, rounds = tmp_path / "r", 15
    with Registry.open(folder) as registry:
        party = registry.records.put(Party(name="Sri"))

    def say(field: str) -> None:
        with Registry.open(folder) as own:
            for number in range(rounds):
                own.records.amend(
                    party.id, lambda known, said=f"{field} {number}": replace(known, **{field: said})
                )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(say, ("district", "province")))
    with Registry.open(folder) as registry:
        kept = registry.records.get(party.id)
        assert (kept.district, kept.province) == (f"district {rounds - 1}", f"province {rounds - 1}")
        versions = registry.records.versions(party.id)
    assert len(versions) == 2 * rounds + 1
    for earlier, later in pairwise(versions):
        assert (earlier.district != later.district) != (earlier.province != later.province)


def test_amending_what_is_not_there_or_was_erased_is_refused(tmp_path: Path) -> None:
    with Registry.open(tmp_path / "r") as registry:
        party = registry.records.put(Party(name="Sri"))
        registry.records.erase(party.id, reason="asked")
        for missing in (party.id, "P-000002-1", "M-000001-3"):
            with pytest.raises(EntryNotFoundError):
                registry.records.amend(missing, lambda known: known)
