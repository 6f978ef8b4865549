"""What stands whole in the output is done; half a row never counts."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from motif.batch.journal import Journal, kind_of_row, rewritten
from motif.batch.rows import Outcome, Stamp
from motif.batch.run import Written, kind_of
from motif.errors import BatchOutputError
from motif.profiles import STANDARD_1


def outcome(path: str, mark: str = "00", *, mtime: int = 1, code: str = "") -> Outcome:
    row: dict[str, Any] = {"path": path, "size_bytes": 5, "mtime_ns": mtime, "source_sha256": mark}
    row |= (
        {"error": {"code": code}}
        if code
        else {"fields": [{"phash": mark}], "profile": {"name": "standard", "version": 1}}
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
        b'{"path": 3, "fields": []}\n',
        b'{"path": "a", "fields": ["00"]}\n',
        b"[]\n",
        b"x" * 2_000_000,
        b'{"path": ' + b"x" * 2_000_000,
        bytes(1_000_000) + b"x",
        bytes(1_000_001) + b"a disk image",
        bytes(4_000_000) + b"a disk image\n",
        b"\0\n",
    ],
    ids=len,
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


def test_a_second_opening_is_refused_while_the_first_writes(out: Path) -> None:
    fill(out, outcome("a"))
    whole = out.read_bytes()
    with Journal(out):
        expect_refusal(out)
    assert out.read_bytes() == whole
    Journal(out).close()


@pytest.mark.parametrize("exchanged", [True, False])
def test_a_file_that_another_run_exchanged_or_removed_meanwhile_is_not_written(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanged: bool
) -> None:
    fill(out, outcome("a"))
    lock = fcntl.flock

    def finish_first(file: Any, operation: int) -> None:
        if exchanged:
            (tmp_path / "new").write_bytes(b"of the other run")
            (tmp_path / "new").replace(out)
        else:
            out.unlink()
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", finish_first)
    expect_refusal(out)
    assert (out.read_bytes() if out.exists() else None) == (b"of the other run" if exchanged else None)


@pytest.mark.parametrize(
    ("named", "ordered", "is_rewritten"),
    [
        ("abc", True, False),
        ("abc", False, False),
        ("", True, False),
        ("c", True, True),
        ("c", False, False),
        ("acb", True, True),  # the first two are in order
        ("acb", False, False),
        ("bac", True, True),
        ("dabc", True, False),
    ],
)
def test_a_file_is_written_anew_only_where_its_order_is_asked_for_and_wrong(
    out: Path, named: str, ordered: bool, is_rewritten: bool
) -> None:
    fill(out, *map(outcome, "abc"))
    before = out.stat().st_ino
    with Journal(out) as journal:
        for name in named:
            journal.claim(name)
        journal.finish(ordered=ordered)
    assert (out.stat().st_ino != before) is is_rewritten
    rest = [name for name in "abc" if name not in named]
    assert paths(out) == (
        [*(name for name in named if name in "abc"), *rest] if is_rewritten else list("abc")
    )


def test_only_a_row_that_is_superseded_or_gone_makes_an_unordered_run_write_anew(out: Path) -> None:
    fill(out, outcome("b"), outcome("a"))
    before = out.stat().st_ino
    fill(out, outcome("c"))
    assert (out.stat().st_ino, paths(out)) == (before, ["b", "a", "c"])
    fill(out, outcome("a", "11"))
    assert paths(out) == ["b", "c", "a"]
    assert out.stat().st_ino != before


def test_a_file_has_the_mode_that_the_user_asks_of_new_files(out: Path) -> None:
    mask = os.umask(0o022)
    try:
        fill(out, outcome("a"))
        assert stat.S_IMODE(out.stat().st_mode) == 0o644
        with rewritten(out.with_name("other")) as file:
            file.write(b"x")
        assert stat.S_IMODE(out.with_name("other").stat().st_mode) == 0o644
        out.chmod(0o640)
        fill(out, outcome("a", "11"))
        assert stat.S_IMODE(out.stat().st_mode) == 0o640, "written anew, it keeps its mode"
    finally:
        os.umask(mask)


def test_rows_are_given_back_in_each_order(out: Path) -> None:
    rows = {name: outcome(name).row for name in "cab"}
    fill(out, *map(outcome, rows))
    with Journal(out) as journal:
        assert [journal.claim(name) for name in "abx"] == [True] * 3
        assert list(journal.live(ordered=False)) == [(0, rows[name]) for name in "cab"]
        assert list(journal.live(ordered=True)) == [(0, rows[name]) for name in "abc"]
        assert [row["path"] for row in journal.named_rows()] == ["a", "b"]
        assert journal.row("c") == json.loads(rows["c"])
        with pytest.raises(KeyError):
            journal.row("x")


def test_a_file_of_its_own_has_rows_once_one_is_written(out: Path) -> None:
    with Journal(out) as journal:
        assert not journal.has_rows()
        journal.append(outcome("a"))
        assert journal.has_rows()
    with Journal(out) as journal:
        assert journal.has_rows()
        journal.discard()
        journal.discard()
        assert not out.exists()


def test_what_was_left_empty_is_found_as_nothing(out: Path) -> None:
    row = {"path": "d", "error": {"code": "photo-unreadable"}}
    out.write_text(json.dumps(row) + "\n")
    with Journal(out) as journal:
        found = journal.find("d")
        assert found == Written(stamp=Stamp(), sha256="", kind="", code="photo-unreadable")


PICTURE: dict[str, Any] = {
    "path": "a",
    "fields": [{"phash": "00"}],
    "size_bytes": 5,
    "mtime_ns": 1,
    "source_sha256": "00",
}


@pytest.mark.parametrize(
    ("changed", "is_row"),
    [
        ({}, True),
        ({"fields": None, "error": {"code": "x"}}, True),
        ({"size_bytes": None, "mtime_ns": None, "source_sha256": None}, True),
        ({"size_bytes": 0, "mtime_ns": -1}, True),
        ({"size_bytes": 2**63 - 1, "mtime_ns": -(2**63)}, True),
        ({"profile": {}}, True),
        ({"size_bytes": 2**63}, False),
        ({"mtime_ns": 2**63}, False),
        ({"size_bytes": -(2**63) - 1}, False),
        ({"mtime_ns": -(2**63) - 1}, False),
        ({"size_bytes": "5"}, False),
        ({"mtime_ns": 1.5}, False),
        ({"source_sha256": 5}, False),
        ({"source_sha256": ["00"]}, False),
        ({"profile": "standard-1"}, False),
        ({"path": None}, False),
        ({"path": 5}, False),
        ({"error": None}, False),
        ({"error": "x"}, False),
        ({"error": {}}, False),
        ({"error": {"code": 5}}, False),
    ],
)
def test_a_row_has_fields_of_the_kinds_that_we_write(
    out: Path, changed: dict[str, Any], is_row: bool
) -> None:
    line = json.dumps(PICTURE | changed).encode() + b"\n"
    out.write_bytes(line)
    if is_row:
        with Journal(out) as journal:
            assert journal.row("a") == PICTURE | changed
    else:
        with pytest.raises(BatchOutputError, match="something other than the rows of a batch"):
            Journal(out)
    assert out.read_bytes() == line


def test_a_row_has_hashes_or_an_error(out: Path) -> None:
    neither = {name: value for name, value in PICTURE.items() if name != "fields"}
    for row in (neither, [PICTURE], "a", None, 5):
        out.write_text(json.dumps(row) + "\n")
        with pytest.raises(BatchOutputError):
            Journal(out)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"profile": {"name": "standard", "version": 1}}, "standard-1 hashes"),
        (
            {"profile": {"name": "cheapest", "version": 7}, "fields": [{"keypoints": []}]},
            "cheapest-7 fingerprint",
        ),
        ({"error": {"code": "x"}}, ""),
        (
            {
                "error": {"code": "x"},
                "profile": {"name": "standard", "version": 1},
                "fields": [{"keypoints": []}],
            },
            "",
        ),
    ],
)
def test_what_a_row_holds_is_named(row: dict[str, Any], kind: str) -> None:
    assert kind_of_row(row) == kind


def test_the_kinds_of_rows_are_those_that_a_run_asks_for() -> None:
    for hashes_only in (True, False):
        row: dict[str, Any] = {"profile": {"name": "standard", "version": 1}}
        row |= {} if hashes_only else {"fields": [{"keypoints": []}]}
        assert kind_of_row(row) == kind_of(STANDARD_1, hashes_only=hashes_only)


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
