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

import dask
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


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_two_parts_for_each_thread_are_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(batch_cluster, "PART_ITEMS", 1)
    drawn: list[Item] = []

    def watched() -> Iterator[Item]:
        for number in range(12):
            drawn.append(Item(path=str(tmp_path / f"{number}.png")))
            yield drawn[-1]

    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=threads, processes=False, dashboard_address=None
    ) as running:
        tally = Tally()
        computed = batch_cluster.compute_on_cluster(
            watched(), str(tmp_path / "out"), tally, scheduler=running.scheduler_address, hashes_only=True
        )
        for number, _ in enumerate(computed):
            assert len(drawn) == min(12, 2 * threads + number)
            with pytest.raises(ValueError, match="No clients found"):  # it is nobody else's business
                distributed.default_client()
    assert (tally.found, tally.computed, tally.unchanged) == (12, 12, 0)
    assert tally.codes == {"photo-unreadable": 12}


def test_a_picture_that_is_named_in_two_parts_is_computed_in_both(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_cluster, "PART_ITEMS", 1)
    named = [*items(photos)[:2], items(photos)[0]]
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as running:
        for known in (0, 3):
            tally = Tally()
            computed = batch_cluster.compute_on_cluster(
                named, str(tmp_path / "out"), tally, scheduler=running.scheduler_address, hashes_only=True
            )
            assert len(list(computed)) == tally.computed == 3 - known
            assert (tally.found, tally.unchanged) == (3, known)
    assert rows(tmp_path / "out")[:2] == alone(photos)[:2]


def test_a_picture_that_kills_its_worker_costs_only_its_row(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def hook(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith('01.png'):\n"
        "        os._exit(9)\n"
        "sys.addaudithook(hook)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(site), prepend=os.pathsep)
    named, tally = items(photos)[:3], Tally()
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as running,
    ):
        (counts,) = batch_cluster.compute_on_cluster(
            named, str(tmp_path / "out"), tally, scheduler=running.scheduler_address, hashes_only=True
        )
    assert (counts.pictures, counts.codes) == (3, {"worker-died": 1})
    killed, file = rows(tmp_path / "out")[1], photos / "01.png"
    assert (killed["path"], killed["error_code"], killed["phash"]) == (str(file), "worker-died", None)
    assert (killed["size_bytes"], killed["mtime_ns"]) == (file.stat().st_size, file.stat().st_mtime_ns)
    assert [row["error_code"] for row in rows(tmp_path / "out")] == [None, "worker-died", None]


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
