"""A server searches by itself: nothing is missed, all see the same at once, and nobody changes it unseen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from tests.pictures import sheet_of, spots

from motif.arrays import RGB8
from motif.errors import RegistryCorruptError, RegistryError, SchemaVersionError
from motif.fingerprint import fingerprint
from motif.matching.inverted_index import InvertedIndex
from motif.matching.visual_words import ITEM
from motif.profiles import CHEAPEST_1
from motif.registry.audit.ledger import verify_registry
from motif.registry.registry import Registry
from motif.registry.storage import index_rows
from motif.registry.storage.opening import open_place
from motif.registry.storage.schema import photo_words, posting_lists

pytestmark = pytest.mark.slow  # starts a database server

Sizes = tuple[int, int]


@pytest.fixture(scope="module", params=[(4096, 256), (4, 2)], ids=["words", "lists"])
def template(request: pytest.FixtureRequest, postgres_server: sa.URL) -> Iterator[tuple[str, Sizes]]:
    """A database with seven designs, of which none, or four and two, stand in full segments."""
    name = f"motif_template_{os.getpid()}_{max(request.param)}"
    administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    with pytest.MonkeyPatch.context() as patched:
        use_segments(patched, request.param)
        place = postgres_server.set(database=name).render_as_string(hide_password=False)
        with Registry.open(place, profile=CHEAPEST_1) as registry:
            for seed in range(7):
                registry.register(spots(seed), title=f"Turi {seed}")
    yield name, request.param
    administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def address(
    template: tuple[str, Sizes], new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> str:
    """A copy of that database."""
    use_segments(monkeypatch, template[1])
    return new_database(template[0])


def administer(server: sa.URL, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def use_segments(patch: pytest.MonkeyPatch, sizes: Sizes) -> None:
    patch.setattr(index_rows, "SEGMENTS", sizes)


def execute(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("change", "mirrored", "negative"),
    [
        (lambda rgb: rgb, False, False),
        (lambda rgb: rgb[:, ::-1], True, False),
        (lambda rgb: 255 - rgb, False, True),
        (lambda rgb: np.rot90(255 - rgb[:, ::-1]), True, True),
    ],
    ids=["as it is", "mirrored", "negative", "both, turned"],
)
def test_all_four_readings_are_found_as_in_a_folder(
    address: str, tmp_path: Path, change: Callable[[RGB8], RGB8], mirrored: bool, negative: bool
) -> None:
    query = np.ascontiguousarray(change(spots(4))[:200])
    with Registry.open(tmp_path / "folder", profile=CHEAPEST_1) as folder, Registry.open(address) as server:
        for seed in range(7):
            folder.register(spots(seed), title=f"Turi {seed}")
        matches = [registry.check(query).matches[0] for registry in (folder, server)]
    assert [match.entry.title for match in matches] == ["Turi 4"] * 2
    assert [match.verdict for match in matches] == ["conflict"] * 2
    assert abs(matches[0].score - matches[1].score) < 0.02
    evidence = matches[1].evidence
    assert (evidence.mirrored, evidence.negative) == (mirrored, negative)


def test_each_picture_on_a_sheet_is_found_as_in_a_folder(address: str, tmp_path: Path) -> None:
    registered, asked = sheet_of(spots(20), spots(21)), sheet_of(spots(3), spots(30), spots(5))
    with Registry.open(tmp_path / "folder", profile=CHEAPEST_1) as folder, Registry.open(address) as server:
        for seed in range(7):
            folder.register(spots(seed), title=f"Turi {seed}")
        for registry in (folder, server):
            registry.register(registered, title="Lembar")
            for seed in (20, 21):
                match = registry.check(spots(seed)[:250]).matches[0]
                assert (match.entry.title, match.verdict) == ("Lembar", "conflict")
                assert match.evidence.registered_picture == match.evidence.registered_field
            matches = [match for match in registry.check(asked).matches if match.verdict == "conflict"]
            assert {match.entry.title for match in matches} == {"Turi 3", "Turi 5"}
            assert len({match.evidence.query_picture for match in matches}) == 2
    opened = open_place(address)
    with opened.store.reading() as reader:
        postings = reader.index()
        assert postings is not None
        index = InvertedIndex(postings, CHEAPEST_1)
        for field in fingerprint(registered, CHEAPEST_1).fields:
            assert len(index.alike(field.phash, most_bits=0)) == 1
    opened.store.close()


def test_what_another_adds_and_withdraws_is_seen_at_once(address: str) -> None:
    with Registry.open(address) as first, Registry.open(address) as second:
        assert second.check(spots(50)).verdict == "clear"
        entry = first.register(spots(50), title="Kawung")
        assert second.check(spots(50)).matches[0].entry == entry
        first.withdraw(entry.id, reason="salah")
        assert second.check(spots(50)).verdict == "clear"
        assert second.check(spots(2)).matches[0].entry.title == "Turi 2"


def test_no_index_is_kept_on_this_machine(address: str, tmp_path: Path) -> None:
    with Registry.open(address) as registry:
        registry.check(spots(1))
    assert not list((tmp_path / "caches").rglob("*"))


def test_a_picture_with_a_near_hash_is_proposed(address: str) -> None:
    phash = fingerprint(spots(5), CHEAPEST_1).main.phash
    near, far = bytearray(phash), bytearray(phash)
    for bit in np.random.default_rng(1).choice(256, 24, replace=False):
        near[bit // 8] ^= 1 << bit % 8
    far[:16] = bytes(255 - value for value in far[:16])
    opened = open_place(address)
    with opened.store.reading() as reader:
        postings = reader.index()
        assert postings is not None
        index = InvertedIndex(postings, CHEAPEST_1)
        assert index.alike(bytes(near), most_bits=24) == [6]
        assert index.alike(bytes(near), most_bits=23) == index.alike(bytes(far), most_bits=24) == []
    opened.store.close()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "UPDATE photo_words SET tones_words = overlay(tones_words placing '\\x00' from 1)",
            "words of photo 1",
        ),
        ("UPDATE photo_words SET phashes = '\\x00' WHERE photo_key = 3", "words of photo 3"),
        ("DELETE FROM photo_words WHERE photo_key = 7", "words of photo 7 are missing"),
        ("DELETE FROM photo_words WHERE photo_key = 2", "words of photo 2 are missing"),
        ("INSERT INTO posting_lists VALUES (0, 3, 9, '\\x0000')", "posting lists"),
        ("DELETE FROM posting_lists WHERE part = -1", "note of the last photo"),
        ("UPDATE posting_lists SET photos = '\\x0001000000000008' WHERE part = -1", "note of the last photo"),
        ("UPDATE posting_lists SET photos = '\\x000100007fffffff' WHERE part = -1", "note of the last photo"),
        ("UPDATE posting_lists SET photos = '\\x0001000000000005' WHERE part = -1", "damaged"),
    ],
)
def test_what_is_changed_behind_its_back_is_named(
    address: str, engine: sa.Engine, statement: str, what: str
) -> None:
    execute(engine, statement)
    assert what in "; ".join(map(str, verify_registry(address).findings))


def test_words_that_a_forger_gave_their_digest_are_named(address: str, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        query = sa.select(photo_words).order_by(photo_words.c.photo_key).limit(2)
        first, second = (dict(row._mapping) for row in connection.execute(query))
        forged = second | {"photo_key": first["photo_key"]}
        forged["digest"] = index_rows._digest(forged)
        connection.execute(photo_words.update().where(photo_words.c.photo_key == 1), forged)
    assert "words of photo 1" in "; ".join(map(str, verify_registry(address).findings))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM photo_words WHERE photo_key = 7",
        "DELETE FROM photo_words WHERE photo_key < 4;"
        "DELETE FROM posting_lists WHERE segment = 0 AND part >= 0",
        "UPDATE posting_lists SET photos = '\\x0001000000001388' WHERE part = -1",
    ],
    ids=["the last photo", "a segment", "a note too high"],
)
def test_a_check_that_would_lack_photos_ends_with_an_error(
    address: str, engine: sa.Engine, statement: str
) -> None:
    with Registry.open(address) as registry:
        execute(engine, statement)
        with pytest.raises(RegistryCorruptError):
            registry.check(spots(3))


def test_a_photo_that_is_not_indexed_ends_a_check_with_an_error_until_the_next_opening(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Registry.open(address) as registry, Registry.open(address) as other:
        with monkeypatch.context() as patched:
            patched.setattr(index_rows, "index_photos", lambda *_: None)
            other.register(spots(21), title="Turi 21")
        with pytest.raises(RegistryError, match="not up to date"):
            registry.check(spots(21))
    with Registry.open(address) as registry:
        assert registry.check(spots(21)).matches[0].entry.title == "Turi 21"


def test_a_photo_is_not_added_after_others_that_are_not_indexed(address: str, engine: sa.Engine) -> None:
    with Registry.open(address) as registry:
        execute(engine, "DELETE FROM photo_words", "DELETE FROM posting_lists")
        with engine.begin() as connection:
            query = "SELECT photo_key, data FROM fingerprints WHERE photo_key = 7"
            encoded = dict(tuple(row) for row in connection.execute(sa.text(query)))
            with pytest.raises(RegistryCorruptError, match="words of a photo are missing"):
                index_rows.index_photos(connection, encoded)
        with pytest.raises(RegistryError):
            registry.register(spots(21), title="Turi 21")
        assert len(registry) == 7
    with Registry.open(address) as registry:  # which indexes all photos again
        registry.register(spots(21), title="Turi 21")
        assert registry.ledger.verify().findings == ()


def test_withdrawn_designs_do_not_crowd_out_the_one_that_stands(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motif.matching.inverted_index.ROUGH_LEAST", 4)
    with Registry.open(address) as registry:
        for number in range(6):
            copy = np.ascontiguousarray(spots(5)[: 280 - number])
            registry.withdraw(
                registry.register(copy, title=f"Salinan {number}", allow_duplicate=True).id, reason="again"
            )
        assert registry.check(spots(5)[:, 8:]).matches[0].entry.title == "Turi 5"


@pytest.mark.parametrize("what", ["words", "readings", "length"])
def test_words_that_make_no_sense_end_a_check_with_an_error(
    address: str, engine: sa.Engine, what: str
) -> None:
    with engine.begin() as connection:
        stored = connection.scalar(sa.select(photo_words.c.tones_words).where(photo_words.c.photo_key == 4))
        items = np.frombuffer(bytes(stored), ITEM).copy()
        items["reading"] = 9
        forged = {"words": b"\xff" * len(stored), "readings": items.tobytes(), "length": bytes(stored)[:-1]}
        connection.execute(photo_words.update().values(tones_words=forged[what]))
    with Registry.open(address) as registry, pytest.raises(RegistryCorruptError):
        registry.check(spots(3))


@pytest.mark.parametrize("template", [(4, 2)], indirect=True)
@pytest.mark.parametrize("part", [1, 4], ids=["large", "small"])
@pytest.mark.parametrize("word", [-1, 0], ids=["how many", "who"])
def test_a_list_that_was_removed_is_named(address: str, engine: sa.Engine, part: int, word: int) -> None:
    with engine.begin() as connection:
        of_part = posting_lists.c.part == part, posting_lists.c.word >= word
        row = connection.execute(sa.select(posting_lists).where(*of_part).order_by("word").limit(1)).one()
        key = (posting_lists.c[name] == getattr(row, name) for name in ("part", "word", "segment"))
        connection.execute(posting_lists.delete().where(*key))
    assert "posting lists" in "; ".join(map(str, verify_registry(address).findings))


@pytest.mark.parametrize("template", [(4, 2)], indirect=True)
def test_small_segments_make_way_for_the_large_one_that_they_fill(address: str, engine: sa.Engine) -> None:
    listed = sa.select(posting_lists.c.part, posting_lists.c.segment).where(
        posting_lists.c.word == index_rows.COUNTS
    )

    def active() -> list[tuple[int, int]]:
        with engine.connect() as connection:
            return sorted((part, segment) for part, segment in connection.execute(listed) if part in (0, 3))

    assert active() == [(0, 0), (3, 2)]
    with Registry.open(address) as registry:
        registry.register(spots(7), title="Turi 7")
        assert active() == [(0, 0), (0, 1)]
        for seed in (8, 9):
            registry.register(spots(seed), title=f"Turi {seed}")
        assert active() == [(0, 0), (0, 1), (3, 4)]
        assert [registry.check(spots(seed)).matches[0].entry.title for seed in (0, 7, 9)] == [
            "Turi 0",
            "Turi 7",
            "Turi 9",
        ]
        assert verify_registry(address).findings == ()


@pytest.mark.parametrize("template", [(4, 2)], indirect=True)
def test_posting_lists_of_small_segments_that_were_removed_are_named_and_do_not_matter(
    address: str, engine: sa.Engine
) -> None:
    execute(engine, "DELETE FROM posting_lists WHERE part >= 3")
    with Registry.open(address) as registry:
        assert registry.check(spots(5)).matches[0].entry.title == "Turi 5"
        assert "posting lists" in "; ".join(map(str, verify_registry(address).findings))
        registry.register(spots(7), title="Turi 7")
        registry.register(spots(8), title="Turi 8")
        registry.register(spots(9), title="Turi 9")
    assert verify_registry(address).findings == ()
    with engine.connect() as connection:
        listed = sa.text("SELECT count(*) FROM posting_lists WHERE part = 3 AND word = -1")
        assert connection.scalar(listed) == 1


def test_words_of_another_codebook_are_found_anew_at_the_first_opening(
    address: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Registry.open(address) as registry, monkeypatch.context() as patched:
        patched.setattr(index_rows, "CODEBOOK", 2)
        with pytest.raises(RegistryError, match="not up to date"):
            registry.check(spots(3))
    with engine.begin() as connection:  # as if other strokes had these numbers
        for row in connection.execute(sa.select(photo_words)).all():
            items = np.frombuffer(bytes(row.tones_words), ITEM).copy()
            items["word"] = 8191 - items["word"]
            changed = row._asdict() | {"tones_words": items.tobytes()}
            changed["digest"] = index_rows._digest(changed)
            connection.execute(photo_words.update().where(photo_words.c.photo_key == row.photo_key), changed)
    monkeypatch.setattr(index_rows, "CODEBOOK", 2)
    monkeypatch.setattr(index_rows, "_PAGE", 3)
    with Registry.open(address) as registry:
        assert registry.check(spots(3)).matches[0].entry.title == "Turi 3"
        registry.register(spots(60), title="Kawung")
        assert registry.ledger.verify().findings == ()


def test_a_version_that_knows_only_an_earlier_codebook_leaves_the_registry_alone(
    address: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> list[object]:
        with engine.connect() as connection:
            return sorted(
                map(
                    str,
                    [
                        *connection.execute(sa.select(photo_words)),
                        *connection.execute(sa.select(posting_lists)),
                    ],
                )
            )

    with Registry.open(address) as older:
        with monkeypatch.context() as patched:
            patched.setattr(index_rows, "CODEBOOK", 2)
            Registry.open(address).close()
        before = rows()
        for work in (lambda: older.check(spots(3)), lambda: older.register(spots(60), title="Kawung")):
            with pytest.raises(SchemaVersionError, match="codebook 2"):
                work()
    with pytest.raises(SchemaVersionError, match="codebook 2") as caught:
        Registry.open(address)
    assert "Update motif" in (caught.value.hint or "")
    assert rows() == before


def test_a_reader_of_an_index_of_an_earlier_codebook_needs_a_writer_first(
    address: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(
        engine,
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    )
    guest = sa.make_url(address).set(username="reader").render_as_string()
    with monkeypatch.context() as patched:
        patched.setattr(index_rows, "CODEBOOK", 2)
        with pytest.raises(RegistryError, match="not up to date") as caught:
            Registry.open(guest)
    assert "write permission" in (caught.value.hint or "")
    with Registry.open(guest) as registry:
        assert registry.check(spots(3)).matches[0].entry.title == "Turi 3"
    execute(engine, "DROP OWNED BY reader", "DROP ROLE reader")


def test_indexing_by_another_codebook_can_be_stopped_and_continues(
    address: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_rows, "CODEBOOK", 2)
    monkeypatch.setattr(index_rows, "_PAGE", 2)
    index_pending, indexed = index_rows.index_pending, list[int]()

    def stop_at_the_second_page(connection: sa.Connection) -> int:
        if indexed:
            raise KeyboardInterrupt
        indexed.append(index_pending(connection))
        return indexed[-1]

    monkeypatch.setattr(index_rows, "index_pending", stop_at_the_second_page)
    with pytest.raises(KeyboardInterrupt):
        Registry.open(address)
    monkeypatch.setattr(index_rows, "index_pending", index_pending)
    count = sa.select(sa.func.count()).select_from(photo_words)
    with engine.connect() as connection:
        assert connection.scalar(count) == 2
    with Registry.open(address) as registry, engine.connect() as connection:
        assert connection.scalar(count) == 7
        assert registry.check(spots(3)).matches[0].entry.title == "Turi 3"
        assert registry.ledger.verify().findings == ()
