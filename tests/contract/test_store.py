"""What every engine of the registry must do; one suite, run against each."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motif.errors import EntryNotFoundError, RegistryError
from motif.profiles import CHEAPEST_1
from motif.registry.audit.ledger import Ledger
from motif.registry.catalogue import Records
from motif.registry.records.entry import EntryPhoto
from motif.registry.records.filing import Document, Filing, Paper
from motif.registry.storage.opening import open_place
from motif.registry.storage.originals import Originals
from motif.registry.store import Changes, NewEntry, Reader, Store, Writer

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
PROFILE = "cheapest-1"


@pytest.fixture(params=["folder", pytest.param("server", marks=pytest.mark.slow)])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Open the same registry once more, as another process would."""
    server = request.param == "server"
    place = request.getfixturevalue("new_database")() if server else tmp_path / "registry"
    return lambda: open_place(place, profile=CHEAPEST_1).store


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Iterator[Store]:
    opened = open_again()
    yield opened
    opened.close()


def photo(name: str = "turi.jpg", at: datetime = NOON) -> EntryPhoto:
    return EntryPhoto(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        size_bytes=5_000_000_000,
        media_type="image/jpeg",
        name=name,
        width_px=4000,
        height_px=3000,
        added_at=at,
        profile_id=PROFILE,
    )


def add(writer: Writer, title: str = "Kembang Turi", *, similar_to: tuple[int, ...] = ()) -> int:
    number = writer.add_entry(title=title, note="", at=NOON, similar_to=similar_to)
    writer.add_photo(number, photo(f"{title}.jpg"), title.encode())
    return number


def titles(reader: Reader, *, limit: int = 100, **which: int | bool) -> list[str]:
    return [entry.title for entry in reader.entries(limit=limit, **which)]  # type: ignore[arg-type]


def test_a_new_store_is_empty_and_knows_who_it_is(store: Store, open_again: Callable[[], Store]) -> None:
    with store.reading() as reader:
        assert (reader.revision(), reader.count(), titles(reader)) == (0, 0, [])
        assert reader.changes() == Changes(revision=0, added=(), withdrawn=())
    again = open_again()
    assert (again.registry_id, again.profile_id) == (store.registry_id, PROFILE)
    again.close()


def test_an_entry_comes_back_as_it_was_given(store: Store, open_again: Callable[[], Store]) -> None:
    later = NOON + timedelta(microseconds=1)
    with store.writing() as writer:
        first, second = add(writer, "satu"), add(writer, "dua")
        third = writer.add_entry(title="ꦏꦮꦸꦁ", note="dua\nbaris 'x'; --", at=NOON, similar_to=(second, first))
        writer.add_photo(third, photo("b.jpg"), b"b")
        writer.add_photo(third, photo("a.jpg", later), b"a")
    again = open_again()
    with again.reading() as reader:
        entry = reader.entry(third)
    again.close()
    assert (entry.id, entry.title, entry.note) == ("M-000003-7", "ꦏꦮꦸꦁ", "dua\nbaris 'x'; --")
    assert (entry.registered_at, entry.withdrawn_at, entry.withdrawn_reason) == (NOON, None, "")
    assert entry.photos == (photo("b.jpg"), photo("a.jpg", later))
    assert entry.similar_to == ("M-000002-1", "M-000001-3")


def test_numbers_and_keys_count_up_from_one(store: Store) -> None:
    with store.writing() as writer:
        assert [add(writer, title) for title in ("satu", "dua")] == [1, 2]
        assert writer.add_photo(1, photo("tiga.jpg"), b"3") == 3


def test_each_write_counts_one_revision_whatever_it_changes(store: Store) -> None:
    for expected in (1, 2):
        with store.writing() as writer:
            add(writer, f"a{expected}")
            add(writer, f"b{expected}")
            assert writer.revision() == expected
    with store.writing():
        pass
    with store.reading() as reader:
        assert reader.revision() == 2


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.writing() as writer:
        add(writer)
        raise KeyError
    with store.writing() as writer:
        assert (writer.revision(), writer.count()) == (0, 0)
        assert add(writer) == 1


def test_a_view_does_not_see_what_is_written_meanwhile(store: Store) -> None:
    with store.reading() as before:
        assert before.revision() == 0
        with store.writing() as writer:
            add(writer)
            with store.reading() as during:
                assert during.count() == 0
        assert (before.revision(), before.count()) == (0, 0)
    with store.reading() as after:
        assert after.count() == 1


def test_a_writer_sees_its_own_changes(store: Store) -> None:
    with store.writing() as writer:
        assert writer.entry(add(writer)).title == "Kembang Turi"
        assert writer.changes().added == (1,)


def test_an_unknown_number_is_not_found(store: Store) -> None:
    with store.reading() as reader, pytest.raises(EntryNotFoundError, match="M-000007-6 is not registered"):
        reader.entry(7)


def test_entries_come_in_pages(store: Store) -> None:
    with store.writing() as writer:
        for title in "abcde":
            add(writer, title)
        writer.withdraw(2, at=NOON, reason="dobel")
        assert titles(writer) == list("acde")
        assert titles(writer, include_withdrawn=True) == list("abcde")
        assert titles(writer, limit=2) == list("ac")
        assert titles(writer, limit=2, offset=1) == list("cd")
        assert titles(writer, limit=2, after=3) == list("de")
        assert titles(writer, limit=0) == titles(writer, offset=9) == titles(writer, after=9) == []


def test_a_withdrawn_entry_is_kept_but_no_longer_stands(store: Store) -> None:
    with store.writing() as writer:
        add(writer, "satu")
        add(writer, "dua")
    with store.writing() as writer:
        writer.withdraw(1, at=NOON, reason="dobel")
    with store.reading() as reader:
        entry = reader.entry(1)
        assert (entry.withdrawn, entry.withdrawn_at, entry.withdrawn_reason) == (True, NOON, "dobel")
        assert reader.count() == 1
        assert list(reader.active([1, 2, 99])) == [2]
        assert [reference.key for reference in reader.photo_references(photo("satu.jpg").sha256)] == [1]


def test_changes_tell_what_came_and_went_since_a_revision(store: Store) -> None:
    with store.writing() as writer:
        add(writer, "satu")
        add(writer, "dua")
    with store.writing() as writer:
        writer.add_photo(1, photo("lagi.jpg"), b"3")
        writer.withdraw(2, at=NOON, reason="dobel")
    with store.reading() as reader:
        assert reader.changes() == Changes(revision=2, added=(1, 3), withdrawn=())
        assert reader.changes(1) == Changes(revision=2, added=(3,), withdrawn=(2,))
        assert reader.changes(2) == Changes(revision=2, added=(), withdrawn=())


def test_holders_name_every_place_of_a_file(store: Store) -> None:
    same = photo("sama.jpg")
    with store.writing() as writer:
        for title in ("satu", "dua"):
            writer.add_photo(writer.add_entry(title=title, note="", at=NOON, similar_to=()), same, b"x")
        assert [(one.number, one.photo) for one in writer.photo_references(same.sha256)] == [
            (1, same),
            (2, same),
        ]
        assert writer.photo_references("0" * 64) == ()


def test_one_entry_does_not_hold_a_file_twice(store: Store) -> None:
    with pytest.raises(RegistryError), store.writing() as writer:
        writer.add_photo(add(writer), photo("Kembang Turi.jpg"), b"x")


def test_a_photo_needs_its_entry(store: Store) -> None:
    with pytest.raises(RegistryError), store.writing() as writer:
        writer.add_photo(7, photo(), b"x")


def test_fingerprints_are_kept_for_each_profile(store: Store) -> None:
    blob = bytes(range(256)) * 300
    with store.writing() as writer:
        number = writer.add_entry(title="satu", note="", at=NOON, similar_to=())
        key = writer.add_photo(number, photo(), blob)
        assert writer.fingerprints([key, 99], PROFILE) == {key: blob}
        assert writer.fingerprints([key], "standard-1") == {}
        assert writer.fingerprints([], PROFILE) == {}


def test_a_filing_keeps_its_versions_and_papers_until_they_are_erased(store: Store, tmp_path: Path) -> None:
    records = Records(store, by="Bu Sri")
    filing = records.put(Filing(route="copyright", status="draf"))
    records.amend(
        str(filing.id),
        lambda known: replace(known, documents=(Document(key="surat_kuasa", meterai="tempel"),)),
    )
    assert [len(version.documents or ()) for version in records.versions(str(filing.id))] == [0, 1]
    paper = records.keep_paper(Paper(filing=filing.id, key="surat_kuasa"), b"%PDF-1.7 signed")
    assert records.paper(str(paper.id)) == b"%PDF-1.7 signed"
    assert [found.size_bytes for found in records.list(Paper, about=str(filing.id))] == [15]
    records.erase(str(paper.id), reason="asked for")
    with store.reading() as reader:
        assert reader.blobs([str(paper.digest)]) == {}
    with pytest.raises(EntryNotFoundError, match="was erased"):
        records.paper(str(paper.id))
    assert Ledger(store, Originals(tmp_path / "originals")).verify().whole


@pytest.mark.slow
def test_more_keys_than_one_statement_takes(store: Store) -> None:
    count = 600
    with store.writing() as writer:
        for index in range(count):
            add(writer, str(index))
        keys = range(1, count + 1)
        assert len(writer.fingerprints(keys, PROFILE)) == len(writer.active(keys)) == count
        assert titles(writer, limit=count) == [str(index) for index in range(count)]


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    for view in (store.reading, store.writing):
        with pytest.raises(RegistryError, match="is closed"), view():
            pass


@pytest.mark.slow
def test_writers_take_turns(open_again: Callable[[], Store]) -> None:
    def write() -> None:
        own = open_again()
        for _ in range(10):
            with own.writing() as writer:
                add(writer, f"entry {writer.count()}")
        own.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = open_again()
    with last.reading() as reader:
        assert titles(reader) == [f"entry {index}" for index in range(40)]
        assert reader.revision() == 40
    last.close()


def test_entries_added_together_are_as_if_added_one_by_one(store: Store, tmp_path: Path) -> None:
    with store.writing(by="Bu Sri") as writer:
        add(writer, "dulu")
        together = [
            NewEntry(title=title, note="", at=NOON, photos=((photo(f"{title}.jpg"), title.encode()),))
            for title in ("satu", "dua")
        ]
        assert writer.add_entries(together) == range(2, 4)
        assert writer.add_entries([]) == range(4, 4)
        add(writer, "tiga")
    with store.reading() as reader:
        assert titles(reader) == ["dulu", "satu", "dua", "tiga"]
        kinds = [event.kind for event in reader.events(1)]
        assert kinds == ["entry.added", "photo.added"] * 4
        assert {event.by for event in reader.events(1)} == {"Bu Sri"}
        keys = [one.key for one in reader.photo_references(photo("dua.jpg").sha256, photo("satu.jpg").sha256)]
        assert keys == [2, 3]
        assert reader.fingerprints([3], PROFILE) == {3: b"dua"}
        assert len(reader.index().keys()) == 4
