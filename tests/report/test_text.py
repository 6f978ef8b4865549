"""Reports name indications, cut nothing off, and cannot be used to command a terminal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.records import entry_photo
from tests.report.plain_records import query_fingerprint

from motif.matching.evidence import Basis, Evidence
from motif.profiles import CHEAPEST_1
from motif.registry.records.entry import Entry
from motif.registry.results import CheckResult, Match
from motif.report.check_text import check_text, how_it_coincides, verdict_text
from motif.report.record_text import entry_text, list_text, registered_text, similar_text, withdrawn_text
from motif.report.text import NARROWEST, count, error_text, printable, table

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
PHOTO = entry_photo(added_at=AT)
ENTRY = Entry(id="M-000042-7", title="Parang Biru", photos=(PHOTO,), registered_at=AT)
CONFLICT = Evidence(
    score=0.97, verdict="conflict", basis="keypoints", mirrored=True, points=((0.0, 0.0, 1.0, 1.0),) * 123
)
REVIEW = Evidence(score=0.61, verdict="review", basis="keypoints", points=((0.0, 0.0, 1.0, 1.0),))

COMPARED = "Compared: the whole photo; no clear outline of the cloth was found."


def result(*evidence: Evidence, entry: Entry = ENTRY) -> CheckResult:
    matches = tuple(Match(entry=entry, photo=entry.photos[0], evidence=one) for one in evidence)
    verdict = evidence[0].verdict if evidence else "clear"
    return CheckResult(
        verdict=verdict,
        matches=matches,
        query=query_fingerprint(),
        searched_entries=1200,
        profile_id=CHEAPEST_1.id,
        checked_at=AT,
    )


def test_conflict_names_the_entry_and_leaves_the_decision_to_people() -> None:
    assert check_text(result(CONFLICT, REVIEW)).splitlines() == [
        "CONFLICT: strong indication that this design is already registered as M-000042-7 'Parang Biru' "
        "(score 0.97): mirrored, the drawing coincides in 123 places. A person decides.",
        COMPARED,
        "",
        "id          score  verdict   title        photo     how it coincides",
        "M-000042-7  0.97   conflict  Parang Biru  turi.png  mirrored, the drawing coincides in 123 places",
        "M-000042-7  0.61   review    Parang Biru  turi.png  the drawing coincides in 1 place",
    ]


def test_review_asks_for_a_person() -> None:
    assert check_text(result(REVIEW)).startswith(
        "REVIEW: this design resembles M-000042-7 'Parang Biru' (score 0.61)"
    )
    assert "A person must look." in check_text(result(REVIEW))


def test_clear_is_no_proof() -> None:
    said = "CLEAR: no indication found among 1200 entries; this is no proof of originality."
    assert check_text(result()) == f"{said}\n{COMPARED}"
    assert check_text(replace(result(), searched_entries=0)) == (
        "CLEAR: the registry holds no entry that could be found; this is no proof of originality.\n"
        + COMPARED
    )


def test_comparison_has_a_sentence_for_each_verdict() -> None:
    clear = Evidence(score=0.02, verdict="clear", basis="none")
    assert [verdict_text(one).split(":")[0] for one in (CONFLICT, REVIEW, clear)] == [
        "CONFLICT",
        "REVIEW",
        "CLEAR",
    ]


@pytest.mark.parametrize("basis", get_args(Basis))
def test_every_basis_has_its_words(basis: Basis) -> None:
    evidence = Evidence(score=0.5, verdict="review", basis=basis, transform=(0, -1, 9, 1, 0, 9, 0, 0, 1))
    assert how_it_coincides(evidence).startswith("turned anticlockwise by 90°, ")


def test_scores_just_below_a_threshold_are_not_rounded_over_it() -> None:
    nearly = replace(REVIEW, score=0.7999)
    assert "(score 0.79)" in verdict_text(nearly)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_ids_and_titles_survive_every_width(width: int) -> None:
    entry = replace(ENTRY, title="Kembang " * 20 + "akhir")
    page = check_text(result(CONFLICT, entry=entry), width=width)
    assert "M-000042-7" in page.split("\n\n")[1]
    assert "".join(page.split("\n\n")[1].split()).count("akhir") == 1 or width < 60
    assert "…" not in page


def test_tables_count_wide_letters_as_wide() -> None:
    rows = table(["a", "b"], [["蝋染", "x"], ["abcd", "x"]], width=80).splitlines()
    assert rows[1:] == ["蝋染  x", "abcd  x"]


@pytest.mark.slow
@given(st.lists(st.lists(st.text(), min_size=3, max_size=3)), st.integers(1, 200))
def test_tables_lose_no_letter_and_keep_to_the_page(texts: list[list[str]], width: int) -> None:
    rows = [[f"M-{number}", *map(printable, row[1:])] for number, row in enumerate(texts)]
    page = table(["id", "title", "how"], rows, width=width)
    assert Counter("".join(page.split())) == Counter("".join("".join(sum(rows, ["idtitlehow"])).split()))
    assert max(map(cell_len, page.splitlines())) <= max(width, NARROWEST)


def test_markup_in_a_title_is_text() -> None:
    entry = replace(ENTRY, title="[red]Parang[/red] :smile:")
    assert "[red]Parang[/red] :smile:" in list_text([entry])


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x07", "\u202e", "\u2066", "\udcff", "\r", "\x9b31m", "\u2028"])
def test_nothing_in_a_name_reaches_the_terminal_as_a_command(evil: str) -> None:
    shown = printable(f"a{evil}b")
    assert shown.isprintable()
    assert "\\" in shown
    assert shown in error_text(f"cannot read a{evil}b")


@pytest.mark.parametrize("good", ["ꦏꦮꦸꦁ", "Sekar Jagad – é", "蝋染", "क्‍ष", "🌸"])
def test_letters_of_every_script_stay(good: str) -> None:
    assert printable(good) == good


def test_entry_shows_all_that_is_kept() -> None:
    entry = replace(
        ENTRY,
        note="first line\nsecond line",
        similar_to=("M-000001-3",),
        withdrawn_at=AT,
        withdrawn_reason="Registered twice",
    )
    page = entry_text(entry)
    for fact in [
        "M-000042-7",
        "Parang Biru",
        "2026-11-24 08:30",
        "second line",
        "Registered twice",
        "ab" * 32,
        "640 x 480",
    ]:
        assert fact in page


def test_lists_mark_what_was_withdrawn() -> None:
    entry = replace(ENTRY, withdrawn_at=AT, withdrawn_reason="twice")
    assert "withdrawn 2026-11-24" in list_text([entry])
    assert list_text([]) == "No entries."


def test_short_messages_name_the_entry() -> None:
    for say in (registered_text, withdrawn_text):
        assert "M-000042-7 'Parang Biru'" in say(ENTRY)
    assert similar_text(ENTRY) == ""


def test_count_agrees_with_its_noun() -> None:
    assert [count(n, "entry") for n in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]
