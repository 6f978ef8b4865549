"""Which matches forbid an admission, and what of an earlier search still holds when it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import cv2
import pytest
from tests.pictures import spots

from motif.errors import DuplicateMotifError, TimeLimitError
from motif.fingerprint import Fingerprint, fingerprint
from motif.matching.evidence import Basis, Evidence
from motif.matching.score import Verdict
from motif.profiles import CHEAPEST_1
from motif.registry import admission
from motif.registry.admission import _as_of, _has_file, _refuse_file, _relevant
from motif.registry.records.decision import Decision
from motif.registry.records.entry import Entry
from motif.registry.records.ids import format_id
from motif.registry.registry import Registry
from motif.registry.results import Match
from motif.registry.submission import Submission
from motif.workers.limits import Limits

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def entries(small_registry_template: Path) -> list[Entry]:
    """Four entries, of which the second is withdrawn and the first has two photos."""
    with Registry.open(small_registry_template, profile=CHEAPEST_1, create=False) as opened:
        return list(opened.list(include_withdrawn=True))


@pytest.fixture
def registry(small_registry: Path) -> Iterator[Registry]:
    with Registry.open(small_registry, profile=CHEAPEST_1, by="Bu Sri") as opened:
        yield opened


def match(
    entry: Entry,
    verdict: Verdict,
    score: float = 0.5,
    basis: Basis = "keypoints",
    decided: str | None = None,
) -> Match:
    decision = Decision(
        a=entry.id, b="1" * 64, human_verdict=decided, reason="looked", examiner="Bu Sri", decided_at=AT
    )
    evidence = Evidence(score=score, verdict=verdict, basis=basis)
    return Match(
        entry=entry, photo=entry.photos[0], evidence=evidence, decision=decision if decided else None
    )


def numbers(matches: tuple[Match, ...]) -> list[int]:
    return [int(each.entry.id[2:8]) for each in matches]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verdicts", "own", "allow_duplicate", "relevant"),
    [
        (("clear", "clear", "clear"), 0, False, []),
        (("review", "clear", "clear"), 0, False, [1]),
        (("clear", "review", "review"), 0, False, [3, 4]),
        (("conflict", "clear", "clear"), 0, True, [1]),
        (("conflict", "clear", "review"), 0, True, [1, 4]),
        (("conflict", "review", "clear"), 1, False, [3]),
        (("review", "review", "clear"), 1, False, [3]),
        (("clear", "conflict", "review"), 3, False, [4]),
        (("conflict", "conflict", "conflict"), 4, True, [1, 3]),
        (("conflict", "clear", "clear"), 0, False, None),
        (("review", "clear", "conflict"), 0, False, None),
        (("conflict", "review", "clear"), 3, False, None),
    ],
)
def test_only_a_conflict_with_another_entry_forbids_an_admission(
    entries: list[Entry],
    verdicts: tuple[Verdict, ...],
    own: int,
    allow_duplicate: bool,
    relevant: list[int] | None,
) -> None:
    active = [entry for entry in entries if not entry.withdrawn]
    matches = tuple(match(entry, verdict) for entry, verdict in zip(active, verdicts, strict=True))
    if relevant is None:
        with pytest.raises(DuplicateMotifError) as caught:
            _relevant(matches, own=own, allow_duplicate=allow_duplicate)
        (conflict,) = [each for each in matches if each.verdict == "conflict"]
        assert (caught.value.entry_id, caught.value.title) == (conflict.entry.id, conflict.entry.title)
    else:
        assert numbers(_relevant(matches, own=own, allow_duplicate=allow_duplicate)) == relevant


@pytest.mark.slow
def test_a_decision_allows_or_forbids_an_admission(entries: list[Entry]) -> None:
    rejected = match(entries[0], "conflict", decided="reject")
    assert _relevant((rejected,), own=0, allow_duplicate=False) == (rejected,)
    with pytest.raises(DuplicateMotifError):
        _relevant((match(entries[0], "review", decided="confirm"),), own=0, allow_duplicate=False)


@pytest.mark.slow
@pytest.mark.parametrize(("basis", "same_file"), [("file", True), ("keypoints", False), ("hash", False)])
def test_a_refusal_tells_score_and_whether_it_is_the_very_file(
    entries: list[Entry], basis: Basis, same_file: bool
) -> None:
    with pytest.raises(DuplicateMotifError) as caught:
        _relevant((match(entries[3], "conflict", 0.75, basis),), own=0, allow_duplicate=False)
    assert (caught.value.entry_id, caught.value.score) == ("M-000004-5", 0.75)
    assert caught.value.same_file is same_file
    assert ("is the same file as a photo of M-000004-5" in str(caught.value)) is same_file


@pytest.mark.slow
def test_at_most_ten_entries_are_recorded_as_similar(entries: list[Entry]) -> None:
    matches = tuple(match(replace(entries[0], id=format_id(number)), "review") for number in range(1, 14))
    assert numbers(_relevant(matches, own=0, allow_duplicate=False)) == list(range(1, 11))
    assert numbers(_relevant(matches, own=2, allow_duplicate=False)) == [1, *range(3, 12)]


@pytest.mark.slow
def test_the_very_file_of_another_active_entry_is_refused(registry: Registry, entries: list[Entry]) -> None:
    with registry._store.reading() as reader:
        for number, photo, refused_by in (
            (0, entries[0].photos[0], "M-000001-3"),
            (0, entries[0].photos[1], "M-000001-3"),
            (0, entries[3].photos[0], "M-000004-5"),
            (4, entries[3].photos[0], None),
            (1, entries[0].photos[1], None),
            (1, entries[2].photos[0], "M-000003-7"),
            (3, entries[0].photos[0], "M-000001-3"),
            (0, entries[1].photos[0], None),  # withdrawn
        ):
            if refused_by is None:
                _refuse_file(reader, photo.sha256, own=number)
                continue
            with pytest.raises(DuplicateMotifError) as caught:
                _refuse_file(reader, photo.sha256, own=number)
            assert (caught.value.entry_id, caught.value.score, caught.value.same_file) == (
                refused_by,
                1.0,
                True,
            )
        _refuse_file(reader, "0" * 64)


@pytest.mark.slow
def test_an_entry_has_the_files_of_all_its_photos_and_no_other(entries: list[Entry]) -> None:
    assert len(entries[0].photos) == 2
    for photo in entries[0].photos:
        assert _has_file(entries[0], photo.sha256)
    assert not _has_file(entries[0], entries[3].photos[0].sha256)


@pytest.mark.slow
def test_an_earlier_search_is_brought_up_to_what_was_withdrawn_decided_and_added(
    registry: Registry, entries: list[Entry]
) -> None:
    query = fingerprint(spots(9), CHEAPEST_1)
    first, withdrawn, third, fourth = entries
    earlier = (match(first, "conflict", 0.5), match(withdrawn, "conflict", 0.9), match(third, "review", 0.3))
    fresh = (match(fourth, "review", 0.4), match(first, "conflict", 0.8), match(third, "review", 0.1))
    with registry._store.reading() as reader:
        assert _as_of(reader, query, (), ()) == ()
        assert _as_of(reader, query, earlier, ()) == (earlier[0], earlier[2])
        assert _as_of(reader, query, earlier, fresh) == (fresh[1], fresh[0], earlier[2])
        tied = (match(fourth, "review", 0.5), match(third, "review", 0.5))
        assert numbers(_as_of(reader, query, tied, (match(first, "review", 0.5),))) == [1, 3, 4]
    registry.decide(query.source_sha256, first.id, verdict="reject", by="Sri", reason="other")
    with registry._store.reading() as reader:
        current = _as_of(reader, query, earlier, ())
        assert [(each.entry.id, each.verdict) for each in current] == [
            (first.id, "review"),
            (third.id, "review"),
        ]
        assert current[0].decision is not None and current[1].decision is None


def added_since(registry: Registry, query: Fingerprint, since: int, *, rounds_left: int) -> list[str] | None:
    with registry._store.reading() as reader:
        fresh = registry._searching()._search_added(reader, query, since, rounds_left=rounds_left)
    return None if fresh is None else sorted(each.verdict for each in fresh)


@pytest.mark.slow
def test_what_others_added_is_searched_apart_only_where_it_is_little(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "_FEW", 2)
    query = fingerprint(spots(20), CHEAPEST_1)
    with registry._store.reading() as reader:
        start = reader.revision()
    assert added_since(registry, query, start, rounds_left=1) == []
    registry.register(spots(21), title="a")
    assert added_since(registry, query, start, rounds_left=1) == ["clear"]
    registry.register(spots(20)[:, ::-1], title="b")
    assert added_since(registry, query, start, rounds_left=1) == ["clear", "conflict"], "scored as among all"
    with registry._store.reading() as reader:
        middle = reader.revision()
    for seed in (22, 23):
        registry.register(spots(seed), title=str(seed))
    assert added_since(registry, query, middle, rounds_left=1) == ["clear"] * 2
    registry.register(spots(24), title="24")
    assert added_since(registry, query, middle, rounds_left=1) is None, "more than a few"
    assert added_since(registry, query, middle, rounds_left=0) == ["clear"] * 3


@pytest.mark.slow
def test_a_known_file_is_refused_before_anything_is_computed_of_it(registry: Registry) -> None:
    wrong = fingerprint(spots(20), CHEAPEST_1)
    known = registry.original("M-000004-5")
    with pytest.raises(DuplicateMotifError, match="the same file as a photo of M-000004-5"):
        registry.register(known, title="Turi", computed=wrong)


@pytest.mark.slow
def test_a_submission_keeps_the_name_it_brings_or_else_the_files(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "kain.png"
    path.write_bytes(cv2.imencode(".png", spots(30))[1].tobytes())
    for name, kept in (("dari telepon.jpg", "dari telepon.jpg"), ("", "kain.png")):
        path.write_bytes(path.read_bytes() + b"\0")  # each entry needs a file of its own
        (entry,) = registry.register_many(
            [Submission(photo=path, title="a", name=name)], allow_duplicate=True
        )
        assert isinstance(entry, Entry) and entry.photos[0].name == kept


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_photos_are_drawn_ahead_only_for_workers(registry: Registry, jobs: int) -> None:
    drawn = count()
    endless = ((spots(40 + next(drawn)), "kain") for _ in count())
    results = registry.register_many(endless, jobs=jobs)
    assert isinstance(next(results), Entry)
    results.close()
    assert (next(drawn) == 1) is (jobs == 1)


@pytest.mark.slow
def test_limits_hold_also_with_one_job(registry: Registry) -> None:
    items = [(spots(50), "a"), (b"no picture", "b")]
    results = list(registry.register_many(items, limits=Limits(seconds=1e-6)))
    assert isinstance(results[0], TimeLimitError)
    assert len(registry) == 3
