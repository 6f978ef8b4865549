"""The search index on disk is a cache: without it, or with a wrong one, the answers are the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from motif.arrays import RGB8
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry

pytestmark = pytest.mark.slow  # searches for many seconds

COUNT = 10


def spots(seed: int) -> RGB8:
    small = np.random.default_rng(seed).integers(0, 256, (20, 20, 3), np.uint8)
    return np.asarray(cv2.resize(small, (200, 200), interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry large enough for its index to be saved."""
    folder = tmp_path_factory.mktemp("pattern") / "registry.motif"
    with Registry.open(folder, profile=CHEAPEST_1) as registry:
        for seed in range(COUNT):
            registry.register(spots(seed), title=str(seed))
    return folder


@pytest.fixture
def folder(pattern: Path, tmp_path: Path) -> Path:
    """A copy of it that made its own index."""
    copy = tmp_path / "registry.motif"
    shutil.copytree(pattern, copy, ignore=shutil.ignore_patterns("cache"))
    with Registry.open(copy) as registry:
        registry.check(spots(0))
    return copy


def index_of(folder: Path) -> Path:
    return folder / "cache" / "candidates-cheapest-1.idx"


def found(folder: Path, seed: int = 7) -> list[str]:
    with Registry.open(folder) as registry:
        return [match.entry.title for match in registry.check(spots(seed)).matches[:1]]


def loaded(folder: Path) -> bool:
    with Registry.open(folder) as registry, registry._store.reading() as reader:
        return registry._searching().lookup._cache.load(reader) is not None


def test_the_index_is_saved_and_loaded(folder: Path) -> None:
    assert sorted(path.name for path in (folder / "cache").iterdir()) == [
        "candidates-cheapest-1.idx",
        "candidates-cheapest-1.json",
    ]
    assert loaded(folder)
    assert found(folder) == ["7"]


@pytest.mark.parametrize("content", [b"", b"stub", b"\xff" * 10_000])
def test_a_damaged_index_is_made_anew(folder: Path, content: bytes) -> None:
    index_of(folder).write_bytes(content)
    assert not loaded(folder)
    assert found(folder) == ["7"]


def test_a_flipped_byte_is_noticed(folder: Path) -> None:
    data = bytearray(index_of(folder).read_bytes())
    data[len(data) // 2] ^= 1
    index_of(folder).write_bytes(data)
    assert not loaded(folder)
    assert found(folder) == ["7"]


@pytest.mark.parametrize("stamp", ["", "[]", "{}", '{"newest": -1}', '{"newest": "x"}', "\0" * 5000])
def test_a_damaged_stamp_is_no_reason_to_fail(folder: Path, stamp: str) -> None:
    index_of(folder).with_suffix(".json").write_text(stamp)
    assert not loaded(folder)
    assert found(folder) == ["7"]


def test_a_missing_index_is_made_anew(folder: Path) -> None:
    shutil.rmtree(folder / "cache")
    assert found(folder) == ["7"]
    assert index_of(folder).exists()


def test_an_index_that_came_from_elsewhere_is_not_decoded(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.motif"
    shutil.copytree(folder, copy)
    assert not loaded(copy)
    assert found(copy) == ["7"]


def test_a_stamp_of_another_registry_is_not_believed(folder: Path) -> None:
    path = index_of(folder).with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"registry": "0" * 32}))
    assert not loaded(folder)


def test_what_came_and_went_after_saving_is_taken_in(folder: Path) -> None:
    with Registry.open(folder) as registry:
        registry.register(spots(100), title="baru")
        registry.withdraw(registry.list(offset=7, limit=1)[0].id, reason="dobel")
    assert loaded(folder)
    assert found(folder, 100) == ["baru"]
    assert "7" not in found(folder, 7)


def test_a_restored_backup_is_not_searched_with_a_later_index(folder: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    shutil.copy(folder / "registry.sqlite", backup)
    with Registry.open(folder) as registry:
        for seed in range(100, 110):
            registry.register(spots(seed), title=str(seed))
    shutil.copy(backup, folder / "registry.sqlite")
    with Registry.open(folder) as registry:
        registry.ledger.accept_rollback(reason="The disk failed.")
        for seed in range(200, 210):
            registry.register(spots(seed), title=str(seed))
        assert [match.entry.title for match in registry.check(spots(209)).matches[:1]] == ["209"]
        assert registry.check(spots(109)).verdict == "clear"


def test_an_index_that_cannot_be_saved_is_no_failure(folder: Path) -> None:
    shutil.rmtree(folder / "cache")
    (folder / "cache").write_bytes(b"a file")
    assert found(folder) == ["7"]
