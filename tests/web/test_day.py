"""A day at the counter: photograph, check, decide, register, report; each change names its account."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from tests.web.desk import LOGIN_OF, Desk, picture

from motif.registry.ledger.event import Event

pytestmark = pytest.mark.slow

ANSWERS = {
    "title": {"title": "Bunga Turi"},
    "maker": {"maker": "Kelompok Contoh", "may_be_named": "yes"},
    "place": {"origin_village": "Contohsari", "origin_regency_city": ""},
    "technique": {"technique": "ciprat"},
    "announced": {"day": "", "month": "5", "year": "2024"},
    "story": {"story": "Bunga di tepi\nsawah"},
    "access": {"access_class": "terbuka"},
}


def check(desk: Desk, role: str, photo: bytes) -> tuple[str, str]:
    """Hand a photo in and have it compared; return the paths of photo and answer."""
    browser = desk.browser(role)
    place = browser.hand_in(photo).path
    assert "will do" in browser.wait(place).headline or "once more" in browser.wait(place).headline
    answer = browser.post(f"{place}/check").path
    browser.wait(answer)
    return place, answer


def register(desk: Desk, photo: str, role: str = "officer", **changes: dict[str, str]) -> str:
    """Answer all questions about a photo; return the path of its entry."""
    browser = desk.browser(role)
    page = browser.get(f"{photo}/register")
    for step, answers in (ANSWERS | changes).items():
        assert page.path == f"{photo}/register/{step}"
        assert browser.get(page.path).status == 200
        page = browser.post(page.path, answers)
    assert page.path == f"{photo}/register/answers"
    assert "Check your answers" in browser.get(page.path).headline
    browser.wait(browser.post(page.path).path)
    return str(browser.get(f"{photo}/register/answers").path)


@dataclass(frozen=True)
class Day:
    """What an officer did in the morning: paths of a photo, its answer and its entry."""

    photo: str
    answer: str
    entry: str


@pytest.fixture(scope="module")
def day(desk: Desk) -> Day:
    """A motif that was checked and registered."""
    photo, answer = check(desk, "officer", picture(1))
    return Day(photo, answer, register(desk, photo))


def changes_since(desk: Desk, before: int) -> list[Event]:
    """Return the changes that people made; what is measured in quiet is none."""
    events = desk.counter.registry.ledger.events(before)
    return [event for event in events if event.data.get("kind") != "traits"]


def test_a_new_motif_is_checked_registered_and_found_again(desk: Desk) -> None:
    ledger, officer = desk.counter.registry.ledger, desk.browser("officer")
    before = len(ledger)
    photo, answer = check(desk, "officer", picture(5))
    assert "Nothing alike was found among" in officer.get(answer).headline
    assert changes_since(desk, before) == []
    entry = register(desk, photo, title={"title": "Turi Putih"})
    page = officer.get(entry)
    assert page.headline == "Turi Putih"
    for said in ("Kelompok Contoh", "Contohsari", "Bunga di tepi", "splashed (flicked) batik", "May 2024"):
        assert said in page.html, said
    events = changes_since(desk, before)
    assert {event.by for event in events} == {"sri"}
    assert [event.kind for event in events[:2]] == ["entry.added", "photo.added"]

    maker = desk.browser("maker")
    _photo, again = check(desk, "maker", picture(5, suffix="jpeg"))
    page = maker.wait(again)
    assert page.headline == "This motif resembles one that is registered"
    assert "Turi Putih" in page.html
    assert "/decide/" not in page.html
    assert [event.seq for event in changes_since(desk, before)] == [event.seq for event in events]


def test_a_decision_needs_a_reason_names_its_account_and_opens_the_way(desk: Desk, day: Day) -> None:
    officer, ledger = desk.browser("officer"), desk.counter.registry.ledger
    photo, answer = check(desk, "officer", picture(1, suffix="webp"))
    page = officer.wait(answer)
    entry = re.search(r"/decide/(M-[0-9-]+)", page.html)
    assert entry is not None
    assert "Decide first" in officer.get(f"{photo}/register/title").headline

    before = len(ledger)
    decide = f"{answer}/decide/{entry[1]}"
    refused = officer.post(decide, {"verdict": "reject", "reason": " "})
    assert (refused.status, len(ledger)) == (422, before)
    assert refused.title.startswith("Error: ")
    assert 'value="reject" checked' in refused.html

    assert officer.post(decide, {"verdict": "reject", "reason": "other petals"}).status == 303
    assert officer.post(decide, {"verdict": "reject", "reason": "other petals"}).status == 303
    decided = changes_since(desk, before)
    assert [(event.by, event.data["body"]["examiner"]) for event in decided] == [("sri", "Person sri")]
    assert "other petals" in officer.get(answer).html
    assert officer.get(f"{photo}/register").path.endswith("/register/title")

    head = desk.browser("head")
    assert head.post(decide, {"verdict": "confirm", "reason": "the same petals"}).status == 303
    refused = officer.post(decide, {"verdict": "reject", "reason": "no"})
    assert (refused.status, [event.by for event in changes_since(desk, before)]) == (403, ["sri", "dar"])
    assert "registered already" in officer.get(f"{photo}/register/title").headline


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_reports_of_an_answer_and_of_an_entry_are_written(desk: Desk, day: Day, form: str) -> None:
    officer = desk.browser("officer")
    for path in (day.answer, day.entry):
        job = officer.post(f"{path}/report/{form}").path
        assert officer.wait(job).headline == "The report is ready"
        file = officer.get(f"{job}/file")
        assert file.headers["content-disposition"].startswith("attachment; ")
        assert "sandbox" in file.headers["content-security-policy"]
        assert file.response.content[:5] in (b"<!DOC", b"%PDF-")  # type: ignore[attr-defined]


def test_home_says_what_waits_in_sentences(desk: Desk, day: Day) -> None:
    check(desk, "officer", picture(1, suffix="bmp"))
    page = desk.browser("officer").get("/")
    assert re.fullmatch(r"(One thing waits|\d+ things wait) for you", page.headline)
    assert f"resembles {day.entry.rpartition('/')[2]}: a person must look." in page.html
    assert "being looked at" not in desk.browser("auditor").get("/").html


def test_a_closed_motif_stays_closed_to_makers(desk: Desk) -> None:
    photo, _answer = check(desk, "officer", picture(7))
    secret = {"title": {"title": "Motif Sakral"}, "access": {"access_class": "sakral"}}
    entry = register(desk, photo, **secret)
    maker = desk.browser("maker")
    assert maker.get(entry).status == 403
    assert "Motif Sakral" not in maker.get("/registry").html
    assert "Motif Sakral" in desk.browser("auditor").get("/registry").html
    sha256 = desk.counter.registry.get(entry.rpartition("/")[2]).photos[0].sha256
    assert maker.get(f"{entry}/picture/{sha256}/small.jpg").status == 403
    number, auditor = entry.rpartition("/")[2], desk.browser("auditor")
    for path in (entry, f"{entry}/picture/{sha256}/small.jpg", entry):
        assert auditor.get(path).status == 200
    events = desk.counter.registry.ledger.newest(about=number)
    readers = [event.by for event in events if event.kind == "entry.read"]
    assert sorted(set(readers)) == sorted(readers), "once a day"
    assert LOGIN_OF["auditor"] in readers
    assert LOGIN_OF["maker"] not in readers
    page = auditor.get(f"/ledger?by={LOGIN_OF['auditor']}")
    assert number in page.html
    assert "registered" not in page.html
    _photo, answer = check(desk, "maker", picture(7, suffix="jpeg"))
    page = maker.wait(answer)
    assert "Motif Sakral" not in page.html
    assert "which is not open to you" in page.html
    job = maker.post(f"{answer}/report/html").path
    assert "Motif Sakral" not in maker.get(f"{job}/file").html
    assert "Motif Sakral" not in maker.wait(job).html
    assert "Motif Sakral" not in maker.get(f"{job}/file").html


def test_the_registry_is_searched_by_words_and_traits(desk: Desk, day: Day) -> None:
    officer = desk.browser("officer")
    for query, fits in (
        ("words=bunga", True),
        ("words=kelompok+contoh", True),
        (f"words={day.entry.rpartition('/')[2].lower()}", True),
        ("words=contohsari", True),
        ("words=parang", False),
        ("family=kawung&words=bunga", None),
        ("symmetry=p6m&color=xyz", False),
        ("page=99999", True),
        ("page=abc", True),
    ):
        page = officer.get(f"/registry?{query}")
        assert page.status == 200
        if fits is not None:
            assert ("Bunga Turi" in page.html) is fits, query
