"""The record of the log's ends that were reported as done survives what programs and people do to it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.pictures import spots

from motif.errors import RegistryCorruptError
from motif.profiles import CHEAPEST_1
from motif.registry.ledger.merkle import Frontier, frontier_of
from motif.registry.records.filing import Filing
from motif.registry.registry import Registry
from motif.registry.storage import known_log


def head_of(size: int) -> Frontier:
    return frontier_of(hashlib.sha256(bytes([place % 256])).digest() for place in range(size))


def size_known(database: Path) -> int | None:
    end = known_log.acknowledged_end(database)
    return None if end is None else end.size


def test_the_furthest_end_counts(tmp_path: Path) -> None:
    database = tmp_path / "registry.sqlite"
    assert size_known(database) is None
    for size in (3, 7, 5):
        known_log.acknowledge(database, head_of(size))
    end = known_log.acknowledged_end(database)
    assert end == known_log.KnownEnd(file="registry.acknowledged", size=7, root=head_of(7).root().hex())


@pytest.mark.parametrize("kept", range(1, 68))
def test_a_line_that_was_cut_is_passed_over_and_the_next_is_whole(tmp_path: Path, kept: int) -> None:
    database = tmp_path / "registry.sqlite"
    known_log.acknowledge(database, head_of(7))
    path = known_log.acknowledged_path(database)
    path.write_bytes(path.read_bytes() + path.read_bytes().replace(b"7 ", b"9 ", 1)[:kept])
    assert size_known(database) in (7, 9 if kept >= 66 else 7)
    known_log.acknowledge(database, head_of(8))
    assert size_known(database) in (8, 9 if kept >= 66 else 8)


@pytest.mark.parametrize("content", [b"", b"7", b"7 abc"])
def test_a_program_that_was_killed_at_its_first_line_leaves_no_end(tmp_path: Path, content: bytes) -> None:
    database = tmp_path / "registry.sqlite"
    known_log.acknowledged_path(database).write_bytes(content)
    assert size_known(database) is None


def test_what_the_program_never_writes_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "registry.sqlite"
    known_log.acknowledged_path(database).write_bytes(b"seven\n")
    with pytest.raises(RegistryCorruptError, match=r"registry\.acknowledged was changed"):
        known_log.acknowledged_end(database)


def test_many_may_record_at_once(tmp_path: Path) -> None:
    database = tmp_path / "registry.sqlite"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda size: known_log.acknowledge(database, head_of(size)), range(1, 200)))
    assert size_known(database) == 199
    assert len(known_log.acknowledged_path(database).read_bytes().splitlines()) == 199


def test_a_long_record_is_shortened_by_the_next_write(tmp_path: Path) -> None:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as registry:
        registry.records.put(Filing(route="copyright"))
        path = known_log.acknowledged_path(tmp_path / "r" / "registry.sqlite")
        path.write_bytes(path.read_bytes() * 1000)
        registry.records.put(Filing(route="copyright"))
        assert len(path.read_bytes().splitlines()) == 2
        assert registry.ledger.rollback_problem() == ""


def test_each_write_records_the_end_of_the_log_before_it_returns(tmp_path: Path) -> None:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as registry:
        database = tmp_path / "r" / "registry.sqlite"
        for write in (
            lambda: registry.register(spots(1), title="Turi"),
            lambda: registry.records.put(Filing(route="copyright")),
            lambda: registry.withdraw("M-000001-3", reason="salah"),
        ):
            write()
            end = known_log.acknowledged_end(database)
            assert end is not None
            assert (end.size, end.root) == (len(registry.ledger), registry.ledger.head().root().hex())


def test_a_commit_that_could_not_be_recorded_any_more_is_no_loss(tmp_path: Path) -> None:
    """A program that is killed between its commit and the record has reported nothing."""
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as registry:
        registry.register(spots(1), title="Turi")
        path = known_log.acknowledged_path(tmp_path / "r" / "registry.sqlite")
        before = path.read_bytes()
        registry.register(spots(2), title="Kawung")
        path.write_bytes(before)
    with Registry.open(tmp_path / "r") as registry:
        assert registry.ledger.verify().whole
        registry.register(spots(3), title="Sekar")
        assert registry.ledger.verify().whole


@pytest.mark.slow
def test_who_looks_on_while_others_write_is_not_alarmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTIF_SIGNING_KEY", str(tmp_path / "key.pem"))
    place = tmp_path / "r"
    Registry.open(place, profile=CHEAPEST_1).close()
    program = (
        "import sys; from motif.registry.registry import Registry\n"
        "from motif.registry.records.filing import Filing\n"
        "with Registry.open(sys.argv[1]) as registry:\n"
        "    for _ in range(150):\n"
        "        registry.records.put(Filing(route='copyright'))\n"
        "        registry.ledger.checkpoint() if _ % 10 == 0 else None\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(place)]) for _ in range(2)]
    with Registry.open(place) as registry:
        while any(writer.poll() is None for writer in writers):
            assert registry.ledger.rollback_problem() == ""
    assert [writer.returncode for writer in writers] == [0, 0]
    with Registry.open(place) as registry:
        assert registry.ledger.verify().whole
