"""The search index in the tables of both engines: all is found, seen by all at once, and damage shows."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from tests.pictures import sheet_of, spots

from motif.arrays import RGB8
from motif.errors import RegistryCorruptError, SchemaVersionError, SearchIndexError
from motif.fingerprint import fingerprint
from motif.matching import votes
from motif.matching.inverted_index import alike
from motif.matching.search import compare
from motif.matching.visual_words import WORD
from motif.profiles import CHEAPEST_1
from motif.registry.audit.ledger import verify_registry
from motif.registry.registry import Registry
from motif.registry.storage import index_rows
from motif.registry.storage.opening import open_place
from motif.registry.storage.schema import photo_words, posting_lists
from motif.registry.transfer.copy import copy_registry

NONE_FULL, FULL = (8192, 1024, 128), (4, 2)
ENGINES = ["folder", pytest.param("server", marks=pytest.mark.slow)]

ListedOf = Callable[[], list[tuple[int, int]]]


def use_segments(patch: pytest.MonkeyPatch, sizes: tuple[int, ...]) -> None:
    patch.setattr(index_rows, "SEGMENTS", sizes)
    if sizes == FULL:
        patch.setattr(votes, "LOOKED_AT", 2)  # so that lists are read


@pytest.fixture(scope="module", params=[NONE_FULL, FULL], ids=["rows", "lists"])
def sizes(request: pytest.FixtureRequest) -> tuple[int, ...]:
    """Of the segments: of seven photos none, or four and two, stand in full ones."""
    return tuple(request.param)


@pytest.fixture(scope="module")
def folder_template(sizes: tuple[int, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of seven designs."""
    place = tmp_path_factory.mktemp("index") / "registry"
    with pytest.MonkeyPatch.context() as patched:
        use_segments(patched, sizes)
        with Registry.open(place, profile=CHEAPEST_1) as registry:
            for seed in range(7):
                registry.register(spots(seed), title=f"Turi {seed}")
    return place


@pytest.fixture(scope="module")
def server_template(
    sizes: tuple[int, ...],
    folder_template: Path,
    postgres_server: sa.URL,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Name of a database that holds a copy of it."""
    name = f"motif_index_{secrets.token_hex(4)}"
    engine = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    with pytest.MonkeyPatch.context() as patched:
        use_segments(patched, sizes)
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        copy_registry(
            folder_template, postgres_server.set(database=name).render_as_string(hide_password=False)
        )
    yield name
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=ENGINES)
def address(
    request: pytest.FixtureRequest,
    sizes: tuple[int, ...],
    folder_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A copy of it, in a folder or on a server."""
    use_segments(monkeypatch, sizes)
    if request.param == "folder":
        return str(shutil.copytree(folder_template, tmp_path / "registry"))
    template = request.getfixturevalue("server_template")
    return str(request.getfixturevalue("new_database")(template))


@pytest.fixture
def engine(address: str) -> Iterator[sa.Engine]:
    """The database as anybody reaches it, without motif."""
    is_server = address.startswith("postgresql")
    engine = sa.create_engine(address if is_server else f"sqlite:///{address}/registry.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def listed(engine: sa.Engine) -> ListedOf:
    """Level and number of the segments that have lists of tones."""
    query = sa.select(posting_lists.c.part, posting_lists.c.segment).where(posting_lists.c.word == -1)

    def of_tones() -> list[tuple[int, int]]:
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        return sorted((part // 3, segment) for part, segment in rows if part % 3 == 0)

    return of_tones


def execute(engine: sa.Engine, *statements: str) -> None:
    """Run SQL in which bytes are written as SQLite does."""
    with engine.begin() as connection:
        for statement in statements:
            if engine.dialect.name == "postgresql":
                statement = statement.replace("x'", "'\\x")
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("change", "mirrored", "negative"),
    [
        (lambda rgb: rgb, False, False),
        (lambda rgb: np.rot90(255 - rgb[:, ::-1]), True, True),
    ],
    ids=["as it is", "mirrored, negative, turned"],
)
def test_what_is_found_and_how_it_scores_is_what_compare_says(
    address: str, change: Callable[[RGB8], RGB8], mirrored: bool, negative: bool
) -> None:
    query = np.ascontiguousarray(change(spots(4))[:200])
    with Registry.open(address) as registry:
        matches = registry.check(query).matches
    assert (matches[0].entry.title, matches[0].verdict) == ("Turi 4", "conflict")
    assert (matches[0].evidence.mirrored, matches[0].evidence.negative) == (mirrored, negative)
    for match in matches:
        pair = compare(
            fingerprint(query, CHEAPEST_1), fingerprint(spots(int(match.entry.title[5:])), CHEAPEST_1)
        )
        assert match.evidence.basis == "votes" or abs(match.score - pair.score) < 1e-6


@pytest.mark.parametrize("sizes", [FULL], indirect=True)
def test_each_picture_on_a_sheet_is_found(address: str) -> None:
    registered, asked = sheet_of(spots(20), spots(21)), sheet_of(spots(3), spots(30), spots(5))
    with Registry.open(address) as registry:
        registry.register(registered, title="Lembar")
        for seed in (20, 21):
            match = registry.check(spots(seed)[:250]).matches[0]
            assert (match.entry.title, match.verdict) == ("Lembar", "conflict")
            assert match.evidence.registered_picture == match.evidence.registered_field
        matches = [match for match in registry.check(asked).matches if match.verdict == "conflict"]
        assert {match.entry.title for match in matches} == {"Turi 3", "Turi 5"}
        registry.register(spots(40), title="Turi 40")
        registry.register(spots(41), title="Turi 41")
    opened = open_place(address)
    with opened.store.reading() as reader:
        for field in fingerprint(registered, CHEAPEST_1).fields:
            assert alike(reader.index(), field.phash, most_bits=0) == [8]
    opened.store.close()


def test_what_another_adds_and_withdraws_is_seen_at_once(address: str) -> None:
    with Registry.open(address) as first, Registry.open(address) as second:
        assert second.check(spots(50)).verdict == "clear"
        entry = first.register(spots(50), title="Kawung")
        assert second.check(spots(50)).matches[0].entry == entry
        first.withdraw(entry.id, reason="salah")
        assert second.check(spots(50)).verdict == "clear"
        assert second.check(spots(2)).matches[0].entry.title == "Turi 2"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE photo_words SET tones = x'00' WHERE photo_key = 1", "words of photo 1"),
        ("UPDATE photo_words SET phashes = x'00' WHERE photo_key = 3", "words of photo 3"),
        ("DELETE FROM photo_words WHERE photo_key = 7", "words of photo 7 are missing"),
        ("DELETE FROM photo_words WHERE photo_key = 2", "words of photo 2 are missing"),
        ("INSERT INTO posting_lists VALUES (0, 3, 9, x'0000')", "posting lists"),
        ("DELETE FROM posting_lists WHERE part = -1", "note of the last photo"),
        ("UPDATE posting_lists SET entries = x'0001000000000008' WHERE part = -1", "note of the last photo"),
        ("UPDATE posting_lists SET entries = x'000100007fffffff' WHERE part = -1", "note of the last photo"),
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


@pytest.mark.parametrize("sizes", [FULL], indirect=True)
@pytest.mark.parametrize("change", ["removed", "swapped", "shortened", "moved"])
def test_a_list_that_was_changed_is_named(address: str, engine: sa.Engine, change: str) -> None:
    of_tones = sa.select(posting_lists).where(posting_lists.c.part == 0, posting_lists.c.word >= 0)
    with engine.begin() as connection:
        first, second = connection.execute(of_tones.order_by("word").limit(2)).all()
        is_first = sa.and_(
            *(posting_lists.c[name] == getattr(first, name) for name in ("part", "word", "segment"))
        )
        data = bytearray(bytes(first.entries))
        data[8] ^= 1  # the photo
        values = {
            "swapped": {"entries": bytes(second.entries)},
            "shortened": {"entries": bytes(first.entries)[:-1]},
            "moved": {"entries": bytes(data)},
        }
        if change == "removed":
            connection.execute(posting_lists.delete().where(is_first))
        else:
            connection.execute(posting_lists.update().where(is_first), values[change])
    assert "posting lists (tones) from photo 1 on" in "; ".join(map(str, verify_registry(address).findings))


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM photo_words WHERE photo_key = 7"],
        ["DELETE FROM photo_words", "DELETE FROM posting_lists"],
        ["DELETE FROM posting_lists WHERE word = -1", "DELETE FROM photo_words WHERE photo_key < 3"],
        ["UPDATE posting_lists SET entries = x'0001000000000005' WHERE part = -1"],
        ["UPDATE posting_lists SET entries = x'0001000000001388' WHERE part = -1"],
    ],
    ids=["the last photo", "all", "a segment", "a note too low", "a note too high"],
)
def test_a_damaged_index_ends_a_check_and_is_built_again_at_the_next_opening(
    address: str, engine: sa.Engine, statements: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with Registry.open(address) as registry:
        registry.check(spots(3))
        execute(engine, *statements)
        with pytest.raises(SearchIndexError) as caught:
            registry.check(spots(3))
        assert "motif registry reindex" in str(caught.value.hint)
    with Registry.open(address) as registry:
        assert registry.check(spots(6)[:220]).matches[0].entry.title == "Turi 6"
        assert "building it" in caplog.text
        registry.register(spots(21), title="Turi 21")
        assert verify_registry(address).findings == ()


@pytest.mark.parametrize("what", ["words", "length"])
def test_words_that_make_no_sense_end_a_check_with_an_error(
    address: str, engine: sa.Engine, what: str
) -> None:
    with engine.begin() as connection:
        stored = bytes(connection.scalar(sa.select(photo_words.c.tones).where(photo_words.c.photo_key == 7)))
        forged = {"words": b"\xff" * len(stored), "length": stored[:-1]}[what]
        connection.execute(photo_words.update().values(tones=forged))
    with Registry.open(address) as registry:
        with pytest.raises(RegistryCorruptError):
            registry.check(spots(3))
        assert registry.rebuild_index() == 7
        assert registry.check(spots(3)).matches[0].entry.title == "Turi 3"


@pytest.mark.parametrize("sizes", [FULL], indirect=True)
def test_a_photo_that_lists_propose_but_whose_words_are_gone_ends_a_check_with_an_error(
    address: str, engine: sa.Engine
) -> None:
    with Registry.open(address) as registry:
        execute(engine, "DELETE FROM photo_words WHERE photo_key = 3")
        with pytest.raises(SearchIndexError) as caught:
            registry.check(spots(2))
        assert "motif registry reindex" in str(caught.value.hint)
        assert registry.rebuild_index() == 7
        assert registry.check(spots(2)).matches[0].entry.title == "Turi 2"


def test_a_photo_is_not_added_after_others_that_are_not_indexed(address: str, engine: sa.Engine) -> None:
    with Registry.open(address) as registry:
        registry.check(spots(1))
        execute(engine, "DELETE FROM photo_words", "DELETE FROM posting_lists")
        with pytest.raises(SearchIndexError):
            registry.register(spots(21), title="Turi 21")
        assert len(registry) == 7


@pytest.mark.parametrize("sizes", [FULL], indirect=True)
def test_withdrawn_designs_do_not_crowd_out_the_one_that_stands(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Registry.open(address) as registry:
        for number in range(12):
            copy = np.ascontiguousarray(spots(5)[: 280 - number])
            registry.withdraw(
                registry.register(copy, title=f"Salinan {number}", allow_duplicate=True).id, reason="again"
            )
        matches = registry.check(spots(5)[:, 8:]).matches
        assert (matches[0].entry.title, len(matches)) == ("Turi 5", 7)


@pytest.mark.parametrize("sizes", [FULL], indirect=True)
def test_small_segments_make_way_for_the_large_one_that_they_fill(address: str, listed: ListedOf) -> None:
    assert listed() == [(0, 0), (1, 2)]
    with Registry.open(address) as registry:
        registry.register(spots(7), title="Turi 7")
        assert listed() == [(0, 0), (0, 1)]
        for seed in (8, 9):
            registry.register(spots(seed), title=f"Turi {seed}")
        assert listed() == [(0, 0), (0, 1), (1, 4)]
        found = [registry.check(spots(seed)[:220]).matches[0].entry.title for seed in (0, 7, 9)]
        assert found == ["Turi 0", "Turi 7", "Turi 9"]
        assert verify_registry(address).findings == ()


def test_words_of_another_codebook_are_found_anew(
    address: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.begin() as connection:  # as if other strokes had these numbers
        for row in connection.execute(sa.select(photo_words)).all():
            words = np.frombuffer(bytes(row.tones), WORD).copy()
            words["word"] = 16_383 - words["word"]
            changed = row._asdict() | {"tones": words.tobytes()}
            changed["digest"] = index_rows._digest(changed)
            connection.execute(photo_words.update().where(photo_words.c.photo_key == row.photo_key), changed)
    monkeypatch.setattr(index_rows, "CODEBOOK", 2)
    monkeypatch.setattr(index_rows, "_PAGE", 3)
    with Registry.open(address) as registry:
        assert registry.check(spots(3)[:220]).matches[0].entry.title == "Turi 3"
        registry.register(spots(60), title="Kawung")
        assert registry.ledger.verify().findings == ()


def test_a_version_that_knows_only_an_earlier_codebook_leaves_the_registry_alone(
    address: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> list[str]:
        with engine.connect() as connection:
            tables = (connection.execute(sa.select(table)) for table in (photo_words, posting_lists))
            return sorted(str(row) for table in tables for row in table)

    with Registry.open(address) as older:
        with monkeypatch.context() as patched:
            patched.setattr(index_rows, "CODEBOOK", 2)
            with Registry.open(address) as newer:
                newer.check(spots(1))
        before = rows()
        for work in (lambda: older.check(spots(3)), lambda: older.register(spots(60), title="Kawung")):
            with pytest.raises(SchemaVersionError, match="codebook 2") as caught:
                work()
    assert "Update motif" in (caught.value.hint or "")
    assert rows() == before


def test_building_can_be_stopped_and_continues(
    address: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_rows, "_PAGE", 2)
    index_pending, pages = index_rows.index_pending, list[int]()

    def stop_at_the_second_page(connection: sa.Connection, backend: index_rows.Backend) -> int:
        if pages:
            raise KeyboardInterrupt
        pages.append(index_pending(connection, backend))
        return pages[-1]

    with Registry.open(address) as registry:
        with monkeypatch.context() as patched:
            patched.setattr(index_rows, "index_pending", stop_at_the_second_page)
            with pytest.raises(KeyboardInterrupt):
                registry.rebuild_index()
        count = sa.select(sa.func.count()).select_from(photo_words)
        with engine.connect() as connection:
            assert connection.scalar(count) == 2
        assert registry.check(spots(3)[:220]).matches[0].entry.title == "Turi 3"
        with engine.connect() as connection:
            assert connection.scalar(count) == 7
        assert registry.ledger.verify().findings == ()


@pytest.mark.slow
def test_a_reader_of_a_damaged_index_needs_a_writer_first(
    folder_template: Path,
    new_database: Callable[[], str],
    sizes: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_segments(monkeypatch, sizes)
    address = new_database()
    copy_registry(folder_template, address)
    engine, role = sa.create_engine(address), f"reader_{os.getpid()}"
    execute(engine, f"CREATE ROLE {role} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    execute(engine, "DELETE FROM photo_words WHERE photo_key = 7")
    guest = sa.make_url(address).set(username=role).render_as_string()
    with Registry.open(guest) as registry, pytest.raises(SearchIndexError) as caught:
        registry.check(spots(3))
    assert "write permission" in (caught.value.hint or "")
    with Registry.open(address) as registry:
        registry.check(spots(3))
    with Registry.open(guest) as registry:
        assert registry.check(spots(3)).matches[0].entry.title == "Turi 3"
    execute(engine, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
    engine.dispose()
