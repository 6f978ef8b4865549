"""A part of the corpus of damaged pictures goes through a batch; each row says what is wrong."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from motif.batch.rows import Item
from motif.batch.run import run
from motif.profiles import CHEAPEST_1
from motif.workers.limits import Limits

pytestmark = pytest.mark.slow  # decodes hundreds of damaged pictures

UNEXPLAINED = {"unexpected", "worker-died", "time-limit", "out-of-memory"}
EVERY = 4
"""So many of the corpus are tried here; the benchmark tries all."""


@pytest.fixture(scope="module")
def corpus() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hostile_corpus", Path(__file__).with_name("corpus.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(corpus: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("hostile")
    for number, (name, data) in enumerate(corpus.corpus(large=False)):
        if number % EVERY == 0 or name.startswith(("huge", "bomb", "magic")):
            (folder / name).write_bytes(data)
    return sorted(folder.iterdir())


def rows(files: list[Path]) -> Iterator[dict[str, object]]:
    items = (Item(path=str(path)) for path in files)
    limits = Limits(seconds=60, memory_bytes=1_500_000_000)
    for outcome in run(items, profile=CHEAPEST_1, jobs=1, ordered=True, limits=limits):
        yield json.loads(outcome.row)


def test_every_damaged_picture_is_a_fingerprint_or_an_error_that_explains_itself(files: list[Path]) -> None:
    assert len(files) > 150
    codes: Counter[str] = Counter()
    for row in rows(files):
        error = row.get("error")
        if error is None:
            codes["fingerprint"] += 1
            continue
        assert isinstance(error, dict)
        assert error["code"] not in UNEXPLAINED, row
        assert error["message"], row
        assert error["hint"], row
        codes[error["code"]] += 1
    assert {"fingerprint", "not-an-image", "photo-truncated", "photo-too-large", "photo-too-small"} <= set(
        codes
    )


def test_the_corpus_is_the_same_for_the_same_seed(corpus: ModuleType) -> None:
    def damaged(seed: int) -> list[tuple[str, bytes]]:
        whole = list(corpus.whole_pictures(seed))[:3]
        return list(corpus._flipped(whole, corpus.random.Random(seed)))

    assert damaged(7) == damaged(7)
    assert damaged(7) != damaged(8)
