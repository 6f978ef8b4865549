"""What stands whole in the output is done; half a row never counts."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from motif.batch.journal import Journal
from motif.batch.rows import Outcome
from motif.errors import BatchOutputError


def outcome(path: str, mark: str = "00", *, mtime: int = 1, code: str = "") -> Outcome:
    row: dict[str, Any] = {"path": path, "size_bytes": 5, "mtime_ns": mtime, "source_sha256": mark}
    row |= (
        {"error": {"code": code}} if code else {"phash": mark, "profile": {"name": "standard", "version": 1}}
    )
    return Outcome(path=path, row=json.dumps(row).encode() + b"\n", code=code)


def fill(path: Path, *outcomes: Outcome, ordered: bool = False) -> None:
    with Journal(path) as journal:
        for one in outcomes:
            journal.claim(one.path)
            journal.append(one)
        journal.finish(ordered=ordered)


def paths(file: Path) -> list[str]:
    return [json.loads(line)["path"] for line in file.read_text().splitlines()]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def test_rows_are_found_again(out: Path) -> None:
    fill(out, outcome("a"), outcome("b", code="photo-blank"))
    with Journal(out) as journal:
        a, b = journal.find("a"), journal.find("b")
        assert a is not None
        assert b is not None
        assert (a.stamp.size_bytes, a.stamp.mtime_ns, a.sha256, a.kind) == (5, 1, "00", "standard-1 hashes")
        assert (b.kind, b.code) == ("", "photo-blank")
        assert journal.find("c") is None


@pytest.mark.parametrize("cut", range(1, 90, 8))
def test_half_a_row_at_the_end_is_cut_off(out: Path, cut: int) -> None:
    fill(out, outcome("a"), outcome("b"))
    whole = out.read_bytes()
    first = whole.index(b"\n") + 1
    out.write_bytes(whole[: first + cut])
    with Journal(out) as journal:
        assert (journal.find("a") is not None, journal.find("b")) == (True, None)
    assert out.read_bytes() == whole[:first]


def test_a_tail_of_zeros_as_a_crashed_file_system_leaves_it_is_cut_off(out: Path) -> None:
    fill(out, outcome("a"))
    whole = out.read_bytes()
    out.write_bytes(whole + b"\0" * 3_000_000)
    fill(out)
    assert out.read_bytes() == whole


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xe0 a photo",
        b"name,file\na,b\n",
        b'{"path": 3, "phash": ""}\n',
        b"[]\n",
        b"x" * 2_000_000,
    ],
)
def test_what_is_no_output_of_a_batch_is_left_alone(out: Path, content: bytes) -> None:
    out.write_bytes(content)
    with pytest.raises(BatchOutputError):
        Journal(out)
    assert out.read_bytes() == content


def test_damage_in_the_middle_is_told_and_left_alone(out: Path) -> None:
    fill(out, outcome("a"), outcome("b"))
    damaged = out.read_bytes().replace(b'{"path": "a"', b'{"pa')
    out.write_bytes(damaged)
    with pytest.raises(BatchOutputError):
        Journal(out)
    assert out.read_bytes() == damaged


def test_a_folder_or_device_is_no_output(tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(BatchOutputError):
            Journal(path)


def test_the_later_row_of_a_picture_counts_and_only_that_stays(out: Path) -> None:
    fill(out, outcome("a", "00"), outcome("b", "00"))
    fill(out, outcome("a", "11"))
    assert paths(out) == ["b", "a"]
    with Journal(out) as journal:
        found = journal.find("a")
        assert found is not None
        assert found.sha256 == "11"


def test_order_is_that_in_which_pictures_are_named(out: Path) -> None:
    fill(out, outcome("z"), outcome("c"), outcome("a"))
    with Journal(out) as journal:
        for name in ("a", "b", "c"):
            assert journal.claim(name)
        journal.append(outcome("b"))
        journal.finish(ordered=True)
    assert paths(out) == ["a", "b", "c", "z"]
    assert not list(out.parent.glob(".*"))


def test_a_picture_named_twice_is_claimed_once(out: Path) -> None:
    with Journal(out) as journal:
        assert [journal.claim("a"), journal.claim("a"), journal.claim("A")] == [True, False, True]


def test_a_folder_that_could_not_be_opened_once_does_not_stay(out: Path) -> None:
    gone = json.dumps({"path": "d", "size_bytes": None, "mtime_ns": None, "error": {"code": "x"}}) + "\n"
    fill(out, outcome("a"))
    out.write_text(gone + out.read_text())
    fill(out)
    assert paths(out) == ["a"]


def test_odd_names_are_told_apart(out: Path) -> None:
    names = ["\udcff.jpg", "\udcfe.jpg", "\ud800", "é", "e\u0301", 'a"\n.jpg']
    fill(out, *(outcome(name) for name in names), ordered=True)
    assert paths(out) == names


@pytest.mark.slow
def test_a_second_run_is_refused_while_the_first_writes(out: Path) -> None:
    with Journal(out):
        process = multiprocessing.get_context("spawn").Process(target=expect_refusal, args=(out,))
        process.start()
        process.join(60)
        assert process.exitcode == 0
    Journal(out).close()


def expect_refusal(path: Path) -> None:
    with pytest.raises(BatchOutputError, match="another run"):
        Journal(path)
