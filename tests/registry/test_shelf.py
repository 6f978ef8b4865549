"""A server searches by itself: nothing is missed, all see the same at once, and nobody changes it unseen."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import motif.registry.storage.migrations
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
from motif.registry.storage.schema import photo_words, word_lists

pytestmark = pytest.mark.slow  # starts a database server

FIXTURE = Path(__file__).parents[1] / "fixtures" / "registry-0003.zip"
MIGRATIONS = Path(motif.registry.storage.migrations.__file__).parent


Sizes = tuple[int, int]


def spots(seed: int) -> RGB8:
    """Draw squares of chance; no two seeds look alike."""
    return np.random.default_rng(seed).integers(0, 256, (24, 24), np.uint8).repeat(12, 0).repeat(12, 1)


@pytest.fixture(scope="module", params=[(4096, 256), (4, 2)], ids=["words", "lists"])
def template(request: pytest.FixtureRequest, postgres_server: sa.URL) -> Iterator[tuple[str, Sizes]]:
    """A database with seven designs, of which none, or four and two, stand in full segments."""
    name = f"motif_shelf_{os.getpid()}_{max(request.param)}"
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
    for module in (index_rows,):
        patch.setattr(module, "SEGMENTS", sizes)


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
        answers = [registry.check(query).matches[0] for registry in (folder, server)]
    assert [one.entry.title for one in answers] == ["Turi 4"] * 2
    assert [one.verdict for one in answers] == ["conflict"] * 2
    assert abs(answers[0].score - answers[1].score) < 0.02
    evidence = answers[1].evidence
    assert (evidence.mirrored, evidence.negative) == (mirrored, negative)


def test_what_another_adds_and_withdraws_is_seen_at_once(address: str) -> None:
    with Registry.open(address) as one, Registry.open(address) as other:
        assert other.check(spots(50)).verdict == "clear"
        entry = one.register(spots(50), title="Kawung")
        assert other.check(spots(50)).matches[0].entry == entry
        one.withdraw(entry.id, reason="salah")
        assert other.check(spots(50)).verdict == "clear"
        assert other.check(spots(2)).matches[0].entry.title == "Turi 2"


def test_no_index_is_kept_on_this_machine(address: str, tmp_path: Path) -> None:
    with Registry.open(address) as registry:
        registry.check(spots(1))
    assert not list((tmp_path / "caches").rglob("*"))


def test_a_picture_with_a_near_hash_is_proposed(address: str) -> None:
    phash = fingerprint(spots(5), CHEAPEST_1).phash
    near, far = bytearray(phash), bytearray(phash)
    for bit in np.random.default_rng(1).choice(256, 24, replace=False):
        near[bit // 8] ^= 1 << bit % 8
    far[:16] = bytes(255 - value for value in far[:16])
    opened = open_place(address)
    with opened.store.reading() as reader:
        shelf = reader.index()
        assert shelf is not None
        index = InvertedIndex(shelf, CHEAPEST_1)
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
        ("UPDATE photo_words SET phash = '\\x00' WHERE photo_key = 3", "words of photo 3"),
        ("DELETE FROM photo_words WHERE photo_key = 7", "words of photo 7 are missing"),
        ("DELETE FROM photo_words WHERE photo_key = 2", "words of photo 2 are missing"),
        ("INSERT INTO word_lists VALUES (0, 3, 9, '\\x0000')", "lists of words"),
        ("DELETE FROM word_lists WHERE part = -1", "note of the last photo"),
        ("UPDATE word_lists SET photos = '\\x08' WHERE part = -1", "note of the last photo"),
        ("UPDATE word_lists SET photos = '\\x7fffffff' WHERE part = -1", "note of the last photo"),
        ("UPDATE word_lists SET photos = '\\x05' WHERE part = -1", "damaged"),
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
        "DELETE FROM photo_words WHERE photo_key < 4; DELETE FROM word_lists WHERE segment = 0 AND part >= 0",
        "UPDATE word_lists SET photos = '\\x0000000000001388' WHERE part = -1",
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


def test_photos_that_an_older_version_adds_are_asked_for_before_an_answer(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Registry.open(address) as registry, Registry.open(address) as older:
        with monkeypatch.context() as patched:
            patched.setattr(index_rows, "take_in", lambda *_: 0)
            older.register(spots(21), title="Turi 21")
        with pytest.raises(RegistryError, match="not ready"):
            registry.check(spots(21))
    with Registry.open(address) as registry:
        assert registry.check(spots(21)).matches[0].entry.title == "Turi 21"


def test_a_transaction_takes_in_all_that_was_left_before_its_own(
    address: str, monkeypatch: pytest.MonkeyPatch, engine: sa.Engine
) -> None:
    monkeypatch.setattr(index_rows, "_PAGE", 2)
    with engine.begin() as connection:
        query = "SELECT photo_key, data FROM fingerprints WHERE photo_key = 7"
        brought = dict(tuple(row) for row in connection.execute(sa.text(query)))
        connection.execute(photo_words.delete())
        connection.execute(word_lists.delete())
        assert index_rows.take_in(connection, brought) == 7
        assert index_rows.require_level(connection) == 7


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
        of_part = word_lists.c.part == part, word_lists.c.word >= word
        row = connection.execute(sa.select(word_lists).where(*of_part).order_by("word").limit(1)).one()
        key = (word_lists.c[name] == getattr(row, name) for name in ("part", "word", "segment"))
        connection.execute(word_lists.delete().where(*key))
    assert "lists of words" in "; ".join(map(str, verify_registry(address).findings))


@pytest.mark.parametrize("template", [(4, 2)], indirect=True)
def test_small_segments_make_way_for_the_large_one_that_they_fill(address: str, engine: sa.Engine) -> None:
    listed = sa.select(word_lists.c.part, word_lists.c.segment).where(word_lists.c.word == index_rows.COUNTS)

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
def test_a_registry_without_lists_of_small_segments_is_searched_and_gets_them(
    address: str, engine: sa.Engine
) -> None:
    execute(engine, "DELETE FROM word_lists WHERE part >= 3")
    with Registry.open(address) as registry:
        assert registry.check(spots(5)).matches[0].entry.title == "Turi 5"
        assert verify_registry(address).findings == ()
        registry.register(spots(7), title="Turi 7")
        registry.register(spots(8), title="Turi 8")
        registry.register(spots(9), title="Turi 9")
    assert verify_registry(address).findings == ()
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM word_lists WHERE part = 3 AND word = -1")) == 1


def bring(place: str, folder: Path, revision: str) -> None:
    """Make a server's registry of an earlier revision out of a folder's."""
    engine = sa.create_engine(place)
    with engine.begin() as connection, closing(sqlite3.connect(folder / "registry.sqlite")) as old:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        old.row_factory = sqlite3.Row
        tables = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(tables, key=lambda name: name not in ("facts", "entries", "photos")):
            rows = [dict(row) for row in old.execute(f"SELECT * FROM {table}")]
            if rows and table != "alembic_version":
                values = ", ".join(f":{name}" for name in rows[0])
                statement = f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({values})"
                connection.execute(sa.text(f"DELETE FROM {table}"))  # the migrations made a new log's head
                connection.execute(sa.text(statement), rows)
    engine.dispose()


@pytest.fixture
def older(new_database: Callable[[], str], tmp_path: Path) -> str:
    """A server's registry as it was before words were kept."""
    made = new_database()
    shutil.unpack_archive(FIXTURE, tmp_path / "old")
    bring(made, tmp_path / "old", "0003")
    return made


def test_a_registry_from_before_is_searched_after_its_first_opening(older: str, tmp_path: Path) -> None:
    with Registry.open(tmp_path / "old") as folder:
        asked = folder.original("M-000004-5")
    with Registry.open(older) as registry:
        assert registry.check(asked).matches[0].entry.id == "M-000004-5"
        found = [one for one in registry.ledger.verify().findings if "original" not in one.what]
        assert found == []  # only the rows were brought


def test_making_it_ready_can_be_stopped_and_goes_on(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_rows, "_PAGE", 2)
    made = index_rows.take_in
    taken: list[int] = []

    def stopped(connection: sa.Connection) -> int:
        if taken:
            raise KeyboardInterrupt
        taken.append(made(connection))
        return taken[-1]

    monkeypatch.setattr(index_rows, "take_in", stopped)
    with pytest.raises(KeyboardInterrupt):
        Registry.open(older)
    monkeypatch.setattr(index_rows, "take_in", made)
    engine = sa.create_engine(older)
    counted = sa.select(sa.func.count()).select_from(photo_words)
    with engine.connect() as connection:
        assert connection.scalar(counted) == 2
    Registry.open(older).close()
    with engine.connect() as connection:
        assert connection.scalar(counted) == 5
    engine.dispose()


def test_words_of_another_codebook_are_found_anew_at_the_first_opening(
    address: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Registry.open(address) as registry, monkeypatch.context() as patched:
        patched.setattr(index_rows, "CODEBOOK", 2)
        with pytest.raises(RegistryError, match="not ready"):
            registry.check(spots(3))
    with engine.begin() as connection:  # as if other strokes had these numbers
        for row in connection.execute(sa.select(photo_words)).all():
            items = np.frombuffer(bytes(row.tones_words), ITEM).copy()
            items["word"] = 8191 - items["word"]
            other = row._asdict() | {"tones_words": items.tobytes()}
            other["digest"] = index_rows._digest(other)
            connection.execute(photo_words.update().where(photo_words.c.photo_key == row.photo_key), other)
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
                    [*connection.execute(sa.select(photo_words)), *connection.execute(sa.select(word_lists))],
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


def test_who_may_only_read_is_told_that_it_is_not_ready(older: str) -> None:
    engine = sa.create_engine(older)
    execute(
        engine,
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    )
    guest = sa.make_url(older).set(username="reader").render_as_string()
    with pytest.raises(RegistryError, match="revision '0003'") as caught:
        Registry.open(guest)
    assert "write permission" in caught.value.hint
    execute(engine, "DROP OWNED BY reader", "DROP ROLE reader")
    engine.dispose()
