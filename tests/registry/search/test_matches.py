"""What a search returns: one match for each active entry, closest first, level with what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.pictures import spots
from tests.records import entry_photo

from motif.errors import RegistryCorruptError
from motif.fingerprint import Fingerprint, fingerprint
from motif.matching.evidence import Evidence, SearchHit
from motif.profiles import CHEAPEST_1
from motif.registry.records.entry import EntryPhoto
from motif.registry.records.ids import format_id
from motif.registry.registry import Registry
from motif.registry.results import Match
from motif.registry.search import lookup
from motif.registry.search.lookup import Lookup

AT = datetime(2026, 11, 24, tzinfo=UTC)
MOST = 10


@pytest.fixture(scope="module")
def designs() -> list[Fingerprint]:
    return [fingerprint(spots(seed, (10, 10)), CHEAPEST_1) for seed in range(4)]


@pytest.fixture
def photo_of(designs: list[Fingerprint]) -> Callable[[int], Fingerprint]:
    """Photograph a design; no two photos are one file."""
    count = iter(range(1, 1000))
    return lambda design: replace(designs[design], source_sha256=f"{next(count):064x}")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as opened:
        yield opened


def add(registry: Registry, *photos: Fingerprint) -> list[int]:
    """Add an entry without a search; return the keys of its photos."""
    with registry._store.writing() as writer:
        number = writer.add_entry(title="Turi", note="", at=AT, similar_to=())
        return [writer.add_photo(number, record_of(photo), photo.to_bytes()) for photo in photos]


def record_of(photo: Fingerprint) -> EntryPhoto:
    return entry_photo(
        sha256=photo.source_sha256, width_px=120, height_px=120, added_at=AT, profile_id="cheapest-1"
    )


def find(registry: Registry, search: Lookup, query: Fingerprint, limit: int = MOST) -> list[tuple[str, str]]:
    with registry._store.reading() as reader:
        return named(search.find(reader, query, limit=limit))


def named(matches: tuple[Match, ...]) -> list[tuple[str, str]]:
    return [(match.entry.id, match.verdict) for match in matches]


@pytest.mark.slow
def test_a_fresh_search_finds_the_very_first_photo(
    registry: Registry, photo_of: Callable[[int], Fingerprint]
) -> None:
    search = Lookup(CHEAPEST_1)
    assert find(registry, search, photo_of(0)) == []
    add(registry, photo_of(0))
    for fresh in (search, Lookup(CHEAPEST_1)):
        assert find(registry, fresh, photo_of(0)) == [("M-000001-3", "conflict")]


@pytest.mark.slow
def test_a_search_is_level_with_what_was_added_and_withdrawn(
    registry: Registry, photo_of: Callable[[int], Fingerprint]
) -> None:
    kept = Lookup(CHEAPEST_1)

    def conflicts(design: int) -> list[str]:
        """Search with a memory of fingerprints, and without."""
        found = [find(registry, search, photo_of(design)) for search in (kept, Lookup(CHEAPEST_1))]
        assert found[0] == found[1]
        return sorted(entry for entry, verdict in found[0] if verdict == "conflict")

    for design in (0, 1, 2, 0, 1):
        add(registry, photo_of(design))
    ids = [entry.id for entry in registry]
    assert [conflicts(design) for design in range(4)] == [[ids[0], ids[3]], [ids[1], ids[4]], [ids[2]], []]
    registry.withdraw(ids[0], reason="salah")
    add(registry, photo_of(3))
    assert [conflicts(design) for design in (0, 2, 3)] == [[ids[3]], [ids[2]], [format_id(6)]]


def test_a_view_that_is_older_than_the_index_finds_what_was_there(
    registry: Registry, photo_of: Callable[[int], Fingerprint]
) -> None:
    search = Lookup(CHEAPEST_1)
    add(registry, photo_of(0))
    with registry._store.reading() as older:
        assert len(search.find(older, photo_of(0), limit=MOST)) == 1
        add(registry, photo_of(0))
        assert len(find(registry, search, photo_of(0))) == 2
        assert named(search.find(older, photo_of(0), limit=MOST)) == [("M-000001-3", "conflict")]


@pytest.mark.slow
def test_an_entry_is_reported_once_by_its_closest_photo(
    registry: Registry, photo_of: Callable[[int], Fingerprint]
) -> None:
    own = [photo_of(1), photo_of(0), photo_of(2)]
    add(registry, *own)
    add(registry, photo_of(1))
    search = Lookup(CHEAPEST_1)
    with registry._store.reading() as reader:
        for design, closest in ((0, own[1]), (1, own[0]), (2, own[2])):
            first = {m.entry.id: m for m in search.find(reader, photo_of(design), limit=MOST)}["M-000001-3"]
            assert (first.photo.sha256, first.verdict) == (closest.source_sha256, "conflict")
        both = search.find(reader, photo_of(1), limit=MOST)
        assert named(both) == [("M-000001-3", "conflict"), ("M-000002-1", "conflict")]
        assert both[0].score == both[1].score, "ties are in order of registration"
        assert named(search.find(reader, photo_of(1), limit=1)) == [("M-000001-3", "conflict")]


def evidence(score: float, basis: str = "keypoints") -> Evidence:
    return Evidence(score=score, verdict="review", basis=basis, false_alarm_rate=0.5)  # type: ignore[arg-type]


def test_matches_are_ordered_by_score_then_the_same_file_then_by_age(
    registry: Registry, photo_of: Callable[[int], Fingerprint]
) -> None:
    query = photo_of(0)
    keys = [add(registry, photo)[0] for photo in (photo_of(0), photo_of(0), query, photo_of(0), photo_of(0))]
    scores = {keys[0]: 0.3, keys[1]: 1.0, keys[3]: 0.7, keys[4]: 0.7}
    candidates = [SearchHit(key=key, evidence=evidence(score)) for key, score in scores.items()]
    with registry._store.reading() as reader:
        found = lookup._matches(reader, reversed(candidates), query, limit=MOST)
        assert [match.entry.id[:8] for match in found] == [f"M-00000{n}" for n in (3, 2, 4, 5, 1)]
        assert [match.score for match in found] == [1.0, 1.0, 0.7, 0.7, 0.3]
        assert [match.evidence.basis for match in found] == ["file"] + ["keypoints"] * 4
        assert [match.verdict for match in found] == ["conflict"] + ["review"] * 4
        for limit in range(1, 7):
            assert lookup._matches(reader, candidates, query, limit=limit) == found[:limit]


def test_what_has_no_basis_is_no_match_but_the_same_file_always_is(
    registry: Registry, photo_of: Callable[[int], Fingerprint]
) -> None:
    query = photo_of(0)
    other, same = add(registry, photo_of(0))[0], add(registry, query)[0]
    with registry._store.reading() as reader:
        for known in (
            [],
            [SearchHit(key=same, evidence=evidence(0.1))],
            [SearchHit(key=same, evidence=evidence(0, "none"))],
        ):
            none = SearchHit(key=other, evidence=evidence(0.0, "none"))
            (match,) = lookup._matches(reader, [none, *known], query, limit=MOST)
            assert (match.entry.id, match.score, match.verdict) == ("M-000002-1", 1.0, "conflict")
            assert (match.evidence.basis, match.evidence.false_alarm_rate) == ("file", None)


def test_among_a_few_photos_only_those_are_matched(
    registry: Registry, photo_of: Callable[[int], Fingerprint]
) -> None:
    query = photo_of(0)
    first, same, other = (add(registry, photo)[0] for photo in (photo_of(0), query, photo_of(1)))
    search = Lookup(CHEAPEST_1)
    with registry._store.reading() as reader:

        def among(*keys: int) -> list[tuple[str, str, str]]:
            found = search.find_among(reader, keys, query)
            return [(match.entry.id, match.verdict, match.evidence.basis) for match in found]

        close, certain = ("M-000001-3", "conflict", "keypoints"), ("M-000002-1", "conflict", "file")
        assert among() == []
        assert among(first) == [close]
        assert among(same) == [certain]
        assert among(first, same) == among(same, first) == [certain, close]
        assert among(99) == []
        assert among(first, 99) == [close]
        assert [entry for entry, verdict, _ in among(other) if verdict != "clear"] == []
    registry.withdraw("M-000001-3", reason="salah")
    with registry._store.reading() as reader:
        assert named(search.find_among(reader, [first, same], query)) == [("M-000002-1", "conflict")]


def test_a_fingerprint_that_is_missing_or_damaged_is_named(
    registry: Registry, photo_of: Callable[[int], Fingerprint]
) -> None:
    photos = [photo_of(0), photo_of(1)]
    keys = [add(registry, photo)[0] for photo in photos]
    engine = registry._store._engine  # type: ignore[attr-defined]
    for statement, what in (
        ("UPDATE fingerprints SET data = x'00' WHERE photo_key = 2", ""),
        ("DELETE FROM fingerprints WHERE photo_key = 2", "is missing"),
    ):
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        with registry._store.reading() as reader:
            named_photo = f"the fingerprint of photo {photos[1].source_sha256} of M-000002-1: {what}"
            with pytest.raises(RegistryCorruptError, match=named_photo):
                Lookup(CHEAPEST_1).find_among(reader, keys, photo_of(0))
            assert len(Lookup(CHEAPEST_1).find_among(reader, keys[:1], photo_of(0))) == 1


def test_the_fingerprints_used_last_are_remembered(
    registry: Registry, photo_of: Callable[[int], Fingerprint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "_REMEMBERED", 3)
    keys = [add(registry, photo_of(design))[0] for design in (0, 1, 2, 3, 0)]
    search = Lookup(CHEAPEST_1)
    with registry._store.reading() as reader:
        sha256s = {key: reference.photo.sha256 for key, reference in reader.active(keys).items()}
        for asked, remembered in (
            (keys[:2], keys[:2]),
            ([keys[2]], keys[:3]),
            ([keys[0]], [keys[1], keys[2], keys[0]]),
            ([keys[3]], [keys[2], keys[0], keys[3]]),
            ([keys[2], keys[4]], [keys[3], keys[2], keys[4]]),
        ):
            loaded = search._load(reader, asked)
            assert {key: photo.source_sha256 for key, photo in loaded.items()} == {
                key: sha256s[key] for key in asked
            }
            assert list(search._memory) == remembered
        assert {key: photo.source_sha256 for key, photo in search._load(reader, keys).items()} == sha256s
        assert len(search._memory) == 3
