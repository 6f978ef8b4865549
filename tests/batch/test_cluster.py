"""The same rows from a Dask cluster, also when a worker of it is killed half-way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from motif.batch import cluster as batch_cluster
from motif.batch.cluster import compute_part, counts_of, parts_of
from motif.batch.parquet import columns_of
from motif.batch.rows import Item, outcome_of
from motif.batch.run import Tally
from motif.errors import ParameterError
from motif.profiles import CHEAPEST_1, STANDARD_1

pytestmark = pytest.mark.slow  # starts a cluster

PHOTOS = 24


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cluster") / "photos"
    folder.mkdir()
    for number in range(PHOTOS):
        noise = np.random.default_rng(number).integers(0, 256, (8, 8, 3), np.uint8)
        picture = Image.fromarray(noise).resize((128, 96), Image.Resampling.BICUBIC)
        picture.save(folder / f"{number:02}.png")
    (folder / "bad.jpg").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as running:
        yield running


def items(photos: Path) -> list[Item]:
    return [Item(path=str(path)) for path in sorted(photos.iterdir())]


def rows(out: Path) -> list[dict[str, Any]]:
    listed = json.loads((out / "_parts.json").read_text())["parts"]
    return [row for part in listed for row in pq.read_table(out / part["name"]).to_pylist()]


def alone(photos: Path) -> list[dict[str, Any]]:
    outcomes = (outcome_of(item, hashes_only=True) for item in items(photos))
    return [columns_of(json.loads(outcome.row)) for outcome in outcomes]


def command(photos: Path, out: Path, scheduler: str) -> list[str]:
    engine = ["--engine", "dask", "--scheduler", scheduler, "--hashes-only", "--json"]
    return [sys.executable, "-m", "motif", "fingerprint", str(photos), "-o", str(out), *engine]


def test_a_worker_is_killed_half_way_and_the_next_run_has_nothing_to_do(
    photos: Path, cluster: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("import motif.batch.cluster as p\np.PART_ITEMS = 2\n")
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])}
    first = next(iter(cluster.workers.values()))
    with subprocess.Popen(
        command(photos, out, cluster.scheduler_address), env=env, stdout=subprocess.PIPE, text=True
    ) as running:
        deadline = time.monotonic() + 120
        while not list(out.glob("part-*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(first.pid, signal.SIGKILL)
        stdout, _ = running.communicate(timeout=240)
    summary = json.loads(stdout)
    assert (running.returncode, summary["computed"], summary["errors"]) == (1, PHOTOS + 1, 1)
    assert len(list(out.glob("part-*"))) > 3
    assert rows(out) == alone(photos)
    again = subprocess.run(
        command(photos, out, cluster.scheduler_address), env=env, stdout=subprocess.PIPE, check=False
    )
    assert json.loads(again.stdout)["unchanged"] == PHOTOS + 1


def test_no_scheduler_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_cluster, "_CONNECT_S", 1)
    run = batch_cluster.compute_on_cluster([], str(tmp_path), Tally(), scheduler="tcp://127.0.0.1:1")
    with pytest.raises(ParameterError, match="no Dask scheduler"):
        next(run)


def test_a_new_picture_changes_its_own_part_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_cluster, "PART_ITEMS", 8)
    named = [Item(path=f"nowhere/{number}.jpg") for number in range(200)]
    before = [part.name for part in parts_of(named, STANDARD_1, hashes_only=False)]
    named.insert(20, Item(path="nowhere/new.jpg"))
    after = [part.name for part in parts_of(named, STANDARD_1, hashes_only=False)]
    assert len(before) > 10
    assert len(set(before) - set(after)) == 1


@pytest.fixture
def one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no path end a part."""
    monkeypatch.setattr(batch_cluster, "PART_ITEMS", 2**40)


@pytest.mark.usefixtures("one_part")
def test_parts_are_named_by_what_they_are_made_of(photos: Path) -> None:
    (part,) = parts_of(items(photos), STANDARD_1, hashes_only=False)
    (hashes,) = parts_of(items(photos), STANDARD_1, hashes_only=True)
    (other,) = parts_of(items(photos), CHEAPEST_1, hashes_only=False)
    assert len({part.name, hashes.name, other.name}) == 3
    (twice,) = parts_of([items(photos)[0]] * 2, STANDARD_1, hashes_only=False)
    assert len(twice.items) == 1


@pytest.mark.usefixtures("one_part")
def test_a_part_in_a_store_is_counted_where_it_is_whole(photos: Path) -> None:
    (part,) = parts_of(items(photos)[-2:], CHEAPEST_1, hashes_only=True)
    assert counts_of(part, "memory://parts") is None
    made = compute_part(part, "memory://parts", CHEAPEST_1, True)
    assert made == counts_of(part, "memory://parts")
    assert (made.pictures, made.codes) == (2, {"not-an-image": 1})
    assert counts_of(replace(part, name="part-other.parquet"), "memory://parts") is None
