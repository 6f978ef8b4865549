"""The registry's rules: what is registered, refused, found and passed over."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from motif.arrays import RGB8
from motif.errors import (
    DuplicateMotifError,
    EntryNotFoundError,
    IncomparableFingerprintsError,
    NotAnImageError,
    ParameterError,
    PhotoError,
    RegistryCorruptError,
    RegistryError,
    UnreadablePhotoError,
)
from motif.fingerprint import fingerprint
from motif.photo.photo import read_photo
from motif.profiles import CHEAPEST_1, STANDARD_1
from motif.registry.records.entry import Entry
from motif.registry.records.people import Party
from motif.registry.registry import Registry
from motif.registry.submission import Draft, Submission, data_of, draft_or_error


def cloth(seed: int, size_px: int = 300) -> RGB8:
    """Draw drops of many sizes: no two seeds look alike."""
    chance = np.random.default_rng(seed)
    picture = np.full((size_px, size_px, 3), chance.integers(150, 256, 3), np.uint8)
    for _ in range(90):
        x, y = (int(value) for value in chance.integers(0, size_px, 2))
        axes = tuple(int(value) for value in chance.integers(3, size_px // 12, 2))
        color = tuple(int(value) for value in chance.integers(0, 160, 3))
        cv2.ellipse(picture, (x, y), axes, float(chance.integers(0, 180)), 0, 360, color, -1, cv2.LINE_AA)
    return picture


def png(seed: int) -> bytes:
    return cv2.imencode(".png", cloth(seed))[1].tobytes()


def rephotographed(seed: int) -> RGB8:
    """The same cloth, nearer, a little turned, and as JPEG."""
    whole = cloth(seed)
    turn = cv2.getRotationMatrix2D((150, 150), 5, 1.15)
    turned = cv2.warpAffine(whole, turn, (300, 300), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", turned)[1], cv2.IMREAD_COLOR), np.uint8)


def patched(seed: int, other: int, size_px: int) -> RGB8:
    """Lay a corner of another cloth on a cloth."""
    picture = cloth(seed)
    picture[:size_px, :size_px] = cloth(other)[:size_px, :size_px]
    return picture


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "registry.motif", profile=CHEAPEST_1) as opened:
        yield opened


@pytest.fixture
def folder(registry: Registry, tmp_path: Path) -> Path:
    return tmp_path / "registry.motif"


def test_what_is_registered_is_kept_as_it_came(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "kain turi ꦏ.png"
    path.write_bytes(png(1))
    entry = registry.register(path, title=" Kembang  Turi ", note="dari Kota\r\nBlitar")
    assert (entry.id, entry.title, entry.note) == ("M-000001-3", "Kembang Turi", "dari Kota\nBlitar")
    photo = entry.photos[0]
    assert (photo.name, photo.media_type, photo.width_px, photo.height_px) == (
        path.name,
        "image/png",
        300,
        300,
    )
    assert (photo.size_bytes, photo.profile_id) == (len(png(1)), "cheapest-1")
    assert registry.get(entry.id) == entry
    assert registry.original(entry.id) == registry.original(photo.sha256) == png(1)


@pytest.mark.slow
def test_the_next_check_finds_it_also_elsewhere(registry: Registry, folder: Path) -> None:
    with Registry.open(folder) as other:
        assert other.check(cloth(1)).verdict == registry.check(cloth(1)).verdict == "clear"
        entry = registry.register(cloth(1), title="Turi")
        for opened in (registry, other):
            result = opened.check(rephotographed(1))
            assert (result.verdict, result.matches[0].entry) == ("conflict", entry)
            assert opened.check(cloth(2)).verdict == "clear"


@pytest.mark.slow
def test_the_same_file_is_certain(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi")
    result = registry.check(png(1))
    match = result.matches[0]
    assert (match.entry, match.photo, match.score, match.verdict) == (entry, entry.photos[0], 1.0, "conflict")
    assert (match.evidence.basis, result.searched_entries, result.profile_id) == ("file", 1, "cheapest-1")


@pytest.mark.slow
@pytest.mark.parametrize(("again", "same_file"), [(png(1), True), (cloth(1), False)], ids=["file", "pixels"])
def test_a_refusal_says_whether_it_is_the_very_file(
    registry: Registry, again: bytes | RGB8, *, same_file: bool
) -> None:
    registry.register(png(1), title="Turi")
    with pytest.raises(DuplicateMotifError) as caught:
        registry.register(again, title="Turi Baru")
    assert caught.value.same_file == same_file


@pytest.mark.slow
@pytest.mark.parametrize(
    "again", [png(1), cloth(1), rephotographed(1)], ids=["file", "pixels", "rephotographed"]
)
def test_a_duplicate_is_refused_and_the_earlier_entry_named(registry: Registry, again: bytes | RGB8) -> None:
    entry = registry.register(png(1), title="Turi")
    with pytest.raises(DuplicateMotifError, match="M-000001-3 'Turi'") as caught:
        registry.register(again, title="Turi Baru")
    assert (caught.value.entry_id, caught.value.title) == (entry.id, "Turi")
    assert caught.value.score >= CHEAPEST_1.conflict_score
    other = not caught.value.same_file
    assert ("--allow-duplicate" in caught.value.hint, "add_photo" in caught.value.hint) == (other, other)
    assert list(registry) == [entry]


@pytest.mark.slow
def test_the_very_file_of_an_entry_is_never_new_though_its_design_may_be(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi")
    for again in (png(1), read_photo(png(1))):
        with pytest.raises(DuplicateMotifError, match="the same file as a photo of M-000001-3") as caught:
            registry.register(again, title="Turi Baru", allow_duplicate=True)
        assert caught.value.same_file and "motif set M-000001-3" in caught.value.hint
    registry.withdraw(entry.id, reason="titles in wrong rows")
    assert registry.register(png(1), title="Turi Baru", allow_duplicate=True).id == "M-000002-1"


@pytest.mark.slow
def test_title_note_and_fields_are_revised_in_one_step_that_the_log_keeps(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi", note="n")
    assert registry.revise("m 1 3", title=" Turi  Putih ").title == "Turi Putih"
    revised = registry.revise(entry.id, note="", known={"isen": ("cecek",)})
    assert (revised.title, revised.note) == ("Turi Putih", "")
    assert registry.records.motif(entry.id).isen == ("cecek",)
    head = registry.ledger.head().size
    assert registry.revise(entry.id, title="Turi Putih", known={"isen": ("cecek",)}) == revised
    assert registry.ledger.head().size == head, "what is the same is no change"
    with pytest.raises(ParameterError):
        registry.revise(entry.id, title="Salah", known={"isen": ("no such fill",)})
    assert registry.get(entry.id) == revised
    kinds = [event.kind for event in registry.ledger.history(entry.id)]
    assert kinds == ["entry.added", "photo.added", "entry.revised", "entry.revised", "record.put"]
    assert registry.check(png(1)).matches[0].entry.title == "Turi Putih"
    assert registry.ledger.verify().findings == ()


@pytest.mark.slow
def test_a_rehearsal_holds_what_the_registry_holds_and_changes_nothing_of_it(registry: Registry) -> None:
    registry.register(png(1), title="Turi")
    registry.records.put(Party(name="Sri"))
    head = registry.ledger.head()
    with registry.rehearsal() as copy:
        assert list(copy) == list(registry) and copy.records.list(Party) == registry.records.list(Party)
        with pytest.raises(DuplicateMotifError):
            copy.register(rephotographed(1), title="Turi lagi")
        assert copy.register(png(2), title="Koi").id == "M-000002-1"
    assert registry.ledger.head() == head and len(registry) == 1


@pytest.mark.slow
def test_a_duplicate_that_is_allowed_remembers_the_earlier_entry(registry: Registry) -> None:
    first = registry.register(png(1), title="Turi")
    second = registry.register(png(1) + b"\0", title="Turi, lain", allow_duplicate=True)
    assert (second.id, second.similar_to) == ("M-000002-1", (first.id,))
    assert [match.entry.id for match in registry.check(png(1)).matches[:2]] == [first.id, second.id]


@pytest.mark.slow
def test_a_design_that_is_alike_only_is_registered_and_remembers_what_it_resembled(
    registry: Registry,
) -> None:
    first = registry.register(png(1), title="Turi")
    alike = (patched(2, 1, size_px) for size_px in range(60, 200, 10))
    second = registry.register(
        next(picture for picture in alike if registry.check(picture).verdict == "review"), title="Lain"
    )
    assert second.similar_to == registry.get(second.id).similar_to == (first.id,)


@pytest.mark.slow
def test_every_kind_of_photo_is_taken(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "3.png").write_bytes(png(3))
    sources = [cloth(1), png(2), tmp_path / "3.png", read_photo(png(4)), cloth(5)[:, :, 0].copy()]
    for number, source in enumerate(sources, 1):
        registry.register(source, title=str(number))
    assert [entry.title for entry in registry] == list("12345")
    assert registry.check(str(tmp_path / "3.png")).matches[0].entry.title == "3"


@pytest.mark.slow
def test_a_fingerprint_may_be_checked(registry: Registry) -> None:
    registry.register(png(1), title="Turi")
    assert registry.check(fingerprint(png(1), CHEAPEST_1)).verdict == "conflict"
    with pytest.raises(IncomparableFingerprintsError, match="standard-1"):
        registry.check(fingerprint(png(1), STANDARD_1))


@pytest.mark.slow
def test_an_entry_is_reported_once_by_its_closest_photo(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi")
    entry = registry.add_photo("m 1 3", rephotographed(1))
    result = registry.check(rephotographed(1))
    assert [match.entry.id for match in result.matches] == [entry.id]
    assert result.matches[0].photo == entry.photos[1]


@pytest.mark.slow
def test_check_reports_at_most_limit_entries_closest_first(registry: Registry) -> None:
    for title in "abc":
        registry.register(png(1) + title.encode(), title=title, allow_duplicate=True)
    registry.register(cloth(2), title="d")
    matches = registry.check(png(1), limit=2).matches
    assert [match.entry.title for match in matches] == ["a", "b"]
    scores = [match.score for match in registry.check(png(1)).matches]
    assert scores == sorted(scores, reverse=True)
    with pytest.raises(ParameterError, match="limit=0"):
        registry.check(png(1), limit=0)


@pytest.mark.slow
def test_an_answer_goes_into_json(registry: Registry) -> None:
    import json

    entry = registry.register(png(1), title="Turi")
    value = json.loads(json.dumps(registry.check(png(1)).to_json()))
    assert (value["verdict"], value["profile"], value["searched_entries"]) == ("conflict", "cheapest-1", 1)
    assert Entry.from_json(value["matches"][0]["entry"]) == entry
    assert value["matches"][0]["photo_sha256"] == value["query"]["sha256"] == entry.photos[0].sha256


@pytest.mark.slow
def test_a_withdrawn_entry_is_passed_over_and_kept(registry: Registry, folder: Path) -> None:
    entry = registry.register(png(1), title="Turi")
    with Registry.open(folder) as other:
        assert other.check(png(1)).verdict == "conflict"
        withdrawn = registry.withdraw(entry.id, reason="dobel")
        assert other.check(png(1)).matches == registry.check(rephotographed(1)).matches == ()
    assert (withdrawn.withdrawn, withdrawn.withdrawn_reason) == (True, "dobel")
    assert (len(registry), list(registry), registry.list()) == (0, [], ())
    assert registry.get(entry.id) == withdrawn == registry.list(include_withdrawn=True)[0]
    assert registry.original(entry.id) == png(1)


def test_a_withdrawn_design_can_be_registered_anew(registry: Registry) -> None:
    registry.withdraw(registry.register(png(1), title="Turi").id, reason="dobel")
    assert registry.register(png(1), title="Turi").id == "M-000002-1"


def test_withdrawing_again_changes_nothing(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi")
    once = registry.withdraw(entry.id, reason="dobel")
    assert registry.withdraw(entry.id, reason="lain") == once


@pytest.mark.slow
@pytest.mark.parametrize("reason", ["", " \n", "a\0", "x" * 10_001])
def test_a_withdrawal_needs_a_reason(registry: Registry, reason: str) -> None:
    entry = registry.register(png(1), title="Turi")
    with pytest.raises(ParameterError, match="reason"):
        registry.withdraw(entry.id, reason=reason)
    assert not registry.get(entry.id).withdrawn


@pytest.mark.slow
def test_another_photo_is_found_too(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi")
    registry.add_photo(entry.id, png(2))
    match = registry.check(rephotographed(2)).matches[0]
    assert (match.entry.id, match.photo.sha256) == (entry.id, registry.get(entry.id).photos[1].sha256)
    assert (match.verdict, len(registry)) == ("conflict", 1)


@pytest.mark.slow
def test_adding_the_same_file_again_changes_nothing(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi")
    assert registry.add_photo(entry.id, png(1)) == entry


@pytest.mark.slow
def test_a_photo_of_another_entrys_design_is_refused(registry: Registry) -> None:
    registry.register(png(1), title="Turi")
    second = registry.register(png(2), title="Parang")
    with pytest.raises(DuplicateMotifError, match="M-000001-3"):
        registry.add_photo(second.id, rephotographed(1))
    assert len(registry.add_photo(second.id, rephotographed(1), allow_duplicate=True).photos) == 2


def test_a_withdrawn_entry_takes_no_photo(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi")
    registry.withdraw(entry.id, reason="dobel")
    with pytest.raises(RegistryError, match="was withdrawn"):
        registry.add_photo(entry.id, png(2))


def test_ids_are_read_as_people_write_them(registry: Registry) -> None:
    entry = registry.register(png(1), title="Turi")
    assert registry.get(" m 000001 3") == entry
    for wrong, hint in (
        ("M-000001-4", "typing error"),
        ("M-000002-1", "list the entries"),
        ("turi", "look like"),
    ):
        with pytest.raises(EntryNotFoundError) as caught:
            registry.get(wrong)
        assert hint in caught.value.hint


@pytest.mark.slow
@pytest.mark.parametrize("which", ["0" * 64, "M-000009-4", "../registry.sqlite", ""])
def test_an_unknown_original_is_not_found(registry: Registry, which: str) -> None:
    with pytest.raises(EntryNotFoundError):
        registry.original(which)


@pytest.mark.slow
def test_entries_are_listed_in_pages(registry: Registry) -> None:
    for seed in range(4):
        registry.register(cloth(seed), title=str(seed))
    assert [entry.title for entry in registry.list(limit=2, offset=1)] == ["1", "2"]
    assert [entry.title for entry in registry.list()] == [entry.title for entry in registry] == list("0123")
    with pytest.raises(ParameterError):
        registry.list(offset=-1)


@pytest.mark.parametrize("title", ["", "a\0b", "x" * 201, "\udce9"])
def test_a_title_that_cannot_be_kept_is_refused(registry: Registry, folder: Path, title: str) -> None:
    with pytest.raises(ParameterError, match="title"):
        registry.register(png(1), title=title)
    assert (len(registry), (folder / "originals").exists()) == (0, False)


def test_a_bad_photo_leaves_nothing_behind(registry: Registry, folder: Path, tmp_path: Path) -> None:
    for source in (b"no picture", tmp_path / "none.jpg", tmp_path, png(1)[:500]):
        with pytest.raises(PhotoError):
            registry.register(source, title="Turi")
    assert (len(registry), (folder / "originals").exists()) == (0, False)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_many_are_registered_in_order_and_a_bad_one_costs_only_itself(
    registry: Registry, tmp_path: Path, jobs: int
) -> None:
    path = tmp_path / "3.png"
    path.write_bytes(png(3))
    items = [
        (png(1), "satu"),
        (b"no picture", "dua"),
        Submission(photo=path, title="tiga", note="catatan"),
        (png(1), "satu lagi"),
        (cloth(4), "a\0"),
        (tmp_path / "none.png", "enam"),
        (rephotographed(3), "tujuh"),
        (cloth(8), "delapan"),
        (read_photo(png(9)), "sembilan"),
    ]
    results = list(registry.register_many(items, jobs=jobs))
    kinds = [type(result) for result in results]
    assert kinds == [
        Entry,
        NotAnImageError,
        Entry,
        DuplicateMotifError,
        ParameterError,
        UnreadablePhotoError,
        DuplicateMotifError,
        Entry,
        Entry,
    ]
    assert [entry.title for entry in registry] == ["satu", "tiga", "delapan", "sembilan"]
    assert registry.get("M-2-1").note == "catatan"
    assert [registry.original(entry.id) for entry in registry][1::2] == [png(3), png(9)]


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_many_are_drawn_as_needed(registry: Registry, jobs: int) -> None:
    drawn = count()
    endless = ((cloth(next(drawn)), "kain") for _ in iter(int, 1))
    results = registry.register_many(endless, jobs=jobs)
    first = list(islice(results, 3))
    results.close()
    assert all(isinstance(entry, Entry) for entry in first)
    assert next(drawn) <= 3 + 4 * jobs
    assert len(registry) == 3


def test_jobs_are_counted_from_one(registry: Registry) -> None:
    with pytest.raises(ParameterError, match="jobs=0"):
        registry.register_many([], jobs=0)


def test_a_file_that_changes_meanwhile_is_not_registered(tmp_path: Path) -> None:
    """A worker leaves the bytes behind; they are read again, and must be those that it saw."""
    path = tmp_path / "kain.png"
    path.write_bytes(png(1))
    made = draft_or_error(path, CHEAPEST_1)
    assert isinstance(made, Draft) and made.data is None
    assert data_of(made, path) == png(1)
    path.write_bytes(png(2))
    with pytest.raises(UnreadablePhotoError, match="changed while it was being registered"):
        data_of(made, path)


@pytest.mark.slow
def test_threads_may_share_a_registry(registry: Registry) -> None:
    failures: list[BaseException] = []

    def work(start: int) -> None:
        try:
            for seed in range(start, start + 4):
                entry = registry.register(cloth(seed), title=str(seed))
                assert registry.check(cloth(seed)).matches[0].entry == entry
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 4, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sorted(int(entry.title) for entry in registry) == list(range(12))


@pytest.mark.slow
def test_threads_with_the_same_photo_make_one_entry(registry: Registry) -> None:
    ended: list[str] = []

    def work() -> None:
        try:
            ended.append(registry.register(cloth(1), title="Turi").id)
        except DuplicateMotifError as error:
            ended.append(error.entry_id)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == ["M-000001-3"] * 6


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_must_open_its_own(registry: Registry, folder: Path) -> None:
    registry.register(png(1), title="Turi")
    child = os.fork()
    if child == 0:
        try:
            len(registry)
        except RegistryError as error:
            with Registry.open(folder) as own:
                os._exit(0 if "opened by another process" in error.message and len(own) == 1 else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(registry) == 1


@pytest.mark.slow
def test_an_original_without_entry_is_harmless(registry: Registry, folder: Path) -> None:
    registry.register(png(1), title="Turi")
    orphan = registry._originals
    photo = read_photo(png(2))
    orphan.put(photo.sha256, photo.data)
    (folder / "originals" / photo.sha256[:2] / ".half-a-file.tmp").write_bytes(b"x")
    assert registry.check(png(2)).verdict == "clear"
    assert registry.original(registry.register(png(2), title="Parang").id) == png(2)


@pytest.mark.slow
def test_a_lost_original_is_named_and_the_rest_goes_on(registry: Registry, folder: Path) -> None:
    entry = registry.register(png(1), title="Turi")
    sha256 = entry.photos[0].sha256
    (folder / "originals" / sha256[:2] / sha256).unlink()
    with pytest.raises(RegistryCorruptError, match=sha256):
        registry.original(entry.id)
    assert registry.check(png(1)).verdict == "conflict"


@pytest.mark.slow
@pytest.mark.parametrize("statement", ["DELETE FROM fingerprints", "UPDATE fingerprints SET data = x'4d4f'"])
def test_a_lost_fingerprint_is_named_never_passed_over(
    registry: Registry, folder: Path, statement: str
) -> None:
    entry = registry.register(png(1), title="Turi")
    connection = sqlite3.connect(folder / "registry.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()
    with Registry.open(folder) as again, pytest.raises(RegistryCorruptError, match=entry.id):
        again.check(png(2))


@pytest.mark.slow
def test_after_a_failed_search_the_index_starts_afresh(registry: Registry, folder: Path) -> None:
    for seed in range(3):
        registry.register(png(seed), title=str(seed))
    with Registry.open(folder) as again, sqlite3.connect(folder / "registry.sqlite") as connection:
        connection.execute("UPDATE fingerprints SET photo_key = 9 WHERE photo_key = 2")
        connection.commit()
        with pytest.raises(RegistryCorruptError, match="M-000002-1"):
            again.check(rephotographed(1))
        connection.execute("UPDATE fingerprints SET photo_key = 2 WHERE photo_key = 9")
        connection.commit()
        assert [again.check(rephotographed(seed)).matches[0].entry.title for seed in range(3)] == list("012")
    connection.close()


@pytest.mark.slow
def test_a_fingerprint_at_hand_is_taken_if_it_is_of_the_photo(registry: Registry) -> None:
    photo = read_photo(png(1))
    made = fingerprint(photo, registry.profile)
    registry.register(photo, title="Turi", computed=made)
    assert registry.check(made).verdict == "conflict"
    with pytest.raises(ParameterError, match="expected cheapest-1"):
        registry.register(read_photo(png(2)), title="Truntum", computed=made)
    with pytest.raises(ParameterError, match="profile standard-1"):
        other = read_photo(png(3))
        registry.register(other, title="Turi", computed=fingerprint(other, STANDARD_1), allow_duplicate=True)


@pytest.mark.slow
def test_a_check_takes_a_fingerprint_at_hand_only_if_it_is_of_the_photo(
    registry: Registry, tmp_path: Path
) -> None:
    photo = read_photo(png(1))
    made = fingerprint(photo, registry.profile)
    registry.register(photo, title="Turi")
    (tmp_path / "turi.png").write_bytes(png(1))
    for same in (photo, png(1), tmp_path / "turi.png", made):
        assert registry.check(same, computed=made).verdict == "conflict"
    for other in (read_photo(png(2)), png(2), cloth(2), fingerprint(png(2), registry.profile)):
        with pytest.raises(ParameterError, match="expected cheapest-1"):
            registry.check(other, computed=made)


def test_steps_inside_a_step_are_kept_or_undone_with_it(tmp_path: Path) -> None:
    with Registry.open(tmp_path / "registry", profile=CHEAPEST_1) as registry:
        entry = registry.register(cloth(1), title="Turi")
        with pytest.raises(ZeroDivisionError), registry.together():
            with registry.together():
                registry.revise(entry.id, note="dicap")
            registry.revise(entry.id, title="Turi Putih")  # still a part of the outer step
            raise ZeroDivisionError
        assert (registry.get(entry.id).title, registry.get(entry.id).note) == ("Turi", "")
