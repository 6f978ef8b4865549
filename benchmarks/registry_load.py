"""What a registry costs: its ledger, a copy, a check on either engine."""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from common import Places, draw_drops, photo_record
from motif.features.keypoints import Keypoints
from motif.fingerprint import Fingerprint, fingerprint
from motif.profiles import STANDARD_1
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.registry import Registry
from motif.registry.storage.log_writer import LogWriter
from motif.registry.storage.opening import Opened, open_place
from motif.registry.transfer.copy import copy_registry

PAGE = 100
POOL = 24
QUERIES = 15


def ledger(places: Places, options: argparse.Namespace) -> dict[str, Any]:
    """Measure the ledger's share of a registration, and a long log."""
    share = _ledger_share(places)
    place = places.new()
    opened = open_place(place, profile=STANDARD_1)
    data = draw_drops(1)
    sha256 = hashlib.sha256(data).hexdigest()
    opened.originals.put(sha256, data)
    for start in range(0, options.events // 2, PAGE):
        with opened.store.writing(by="Sri") as writer:
            for number in range(start, start + PAGE):
                entry = writer.add_entry(
                    title=f"Motif {number}", note="", at=datetime.now(UTC), similar_to=()
                )
                writer.add_photo(entry, photo_record(sha256, len(data)), f"fingerprint {number}".encode())
    opened.store.close()
    with Registry.open(place) as registry:
        registry.ledger.checkpoint(SigningKey.load(Path(places.folder) / "key.pem"))  # type: ignore[attr-defined]
        began, began_cpu = time.perf_counter(), time.process_time()
        audit = registry.ledger.verify()
        wall_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
        proofs = [
            len(json.dumps(registry.ledger.proof(entry.id), separators=(",", ":")).encode())
            for entry in registry.list(limit=3, offset=options.events // 5)
        ]
    return {
        "append_share_at_most": share,
        "events": audit.events,
        "verify_s": round(wall_s, 1),
        "verify_cpu_s": round(cpu_s, 1),
        "findings": [str(finding) for finding in audit.findings[:3]],
        "proof_bytes": proofs,
        "passed": audit.whole,
    }


def copy(places: Places, options: argparse.Namespace) -> dict[str, Any]:
    """Copy a folder with fingerprints of full size and as many originals to a place."""
    source = str(Path(places.folder) / "source")  # type: ignore[attr-defined]
    _fill(open_place(source, profile=STANDARD_1), options.entries, options.seed)
    target = places.new()
    began, began_cpu = time.perf_counter(), time.process_time()
    copied = copy_registry(source, target)
    took_s = time.perf_counter() - began
    return {
        "entries": options.entries,
        "events": copied.events,
        "seconds": round(took_s, 1),
        "cpu_s": round(time.process_time() - began_cpu, 1),
        "entries_per_minute": round(60 * options.entries / took_s),
    }


def check(places: Places, options: argparse.Namespace) -> dict[str, Any]:
    """Ask for registered designs by a fingerprint that lost a third of its keypoints."""
    place = places.new()
    fingerprints = _fill(open_place(place, profile=STANDARD_1), options.entries, options.seed)
    chance = np.random.default_rng(options.seed)
    chosen = chance.choice(len(fingerprints), QUERIES, replace=False)
    with Registry.open(place) as registry:
        began = time.perf_counter()
        registry.check(fingerprints[0])
        first_s = time.perf_counter() - began
        wall, cpu, right = [], [], 0
        for index in chosen:
            query = _thinned(fingerprints[index], chance)
            began, began_cpu = time.perf_counter(), time.process_time()
            result = registry.check(query)
            wall.append(time.perf_counter() - began)
            cpu.append(time.process_time() - began_cpu)
            right += bool(result.matches) and result.matches[0].entry.title == f"Motif {index}"
    return {
        "entries": options.entries,
        "first_s": round(first_s, 2),
        "p50_ms": round(1000 * statistics.median(wall)),
        "p50_cpu_ms": round(1000 * statistics.median(cpu)),
        "right_at_rank_1": f"{right} of {QUERIES}",
    }


def _ledger_share(places: Places) -> float:
    """Return the CPU time of all that writing does in the log and the tables, as a share of registering."""
    spent = 0.0
    originals = {name: getattr(LogWriter, name) for name in ("append", "finish")}

    def timed(name: str) -> Any:
        def run(self: LogWriter, *args: Any, **kwargs: Any) -> Any:
            nonlocal spent
            began = time.process_time()
            try:
                return originals[name](self, *args, **kwargs)
            finally:
                spent += time.process_time() - began

        return run

    with Registry.open(places.new(), profile=STANDARD_1) as registry:
        registry.register(draw_drops(0), title="first")
        try:
            for name in originals:
                setattr(LogWriter, name, timed(name))
            began = time.process_time()
            for seed in range(1, 21):
                registry.register(draw_drops(seed), title=f"design {seed}")
            return round(spent / (time.process_time() - began), 4)
        finally:
            for name, value in originals.items():
                setattr(LogWriter, name, value)


def _fill(opened: Opened, count: int, seed: int) -> list[Fingerprint]:
    """Register so many designs: originals are noise, fingerprints are resampled."""
    chance = np.random.default_rng(seed)
    pool = [fingerprint(draw_drops(seed), STANDARD_1) for seed in range(POOL)]
    fingerprints: list[Fingerprint] = []
    for start in range(0, count, PAGE):
        page = [_resampled(pool, chance) for _ in range(min(PAGE, count - start))]
        files = [chance.bytes(20_000) for _ in page]
        page = [
            replace(f, source_sha256=hashlib.sha256(d).hexdigest()) for f, d in zip(page, files, strict=True)
        ]
        for value, data in zip(page, files, strict=True):
            opened.originals.put(value.source_sha256, data)
        with opened.store.writing() as writer:
            for number, value in enumerate(page, start):
                entry = writer.add_entry(
                    title=f"Motif {number}", note="", at=datetime.now(UTC), similar_to=()
                )
                writer.add_photo(entry, photo_record(value.source_sha256, 20_000), value.to_bytes())
        fingerprints += page
    opened.store.close()
    return fingerprints


def _resampled(pool: list[Fingerprint], chance: np.random.Generator) -> Fingerprint:
    """Take each keypoint from some cloth of the pool, moved a little in its descriptor's space."""
    model = pool[int(chance.integers(len(pool)))]
    rows = [value.main.keypoints for value in pool]
    columns = {
        name: np.concatenate([getattr(row, name) for row in rows])
        for name in ("xy", "size_px", "angle_deg", "descriptors")
    }
    chosen = chance.choice(len(columns["xy"]), len(model.main.keypoints), replace=False)
    noise = chance.integers(-24, 25, (len(chosen), 128))
    moved = np.clip(columns["descriptors"][chosen].astype(int) + noise, 0, 255).astype(np.uint8)
    points = Keypoints(
        xy=columns["xy"][chosen],
        size_px=columns["size_px"][chosen],
        angle_deg=columns["angle_deg"][chosen],
        descriptors=moved,
    )
    field = replace(model.main, phash=chance.bytes(32), dhash=chance.bytes(32), keypoints=points)
    return replace(model, fields=(field,))


def _thinned(value: Fingerprint, chance: np.random.Generator) -> Fingerprint:
    points = value.main.keypoints
    rows = np.sort(chance.choice(len(points), 2 * len(points) // 3, replace=False))
    columns = {name: getattr(points, name)[rows] for name in ("xy", "size_px", "angle_deg", "descriptors")}
    hashes = {"phash": chance.bytes(32), "dhash": chance.bytes(32)}
    field = replace(value.main, keypoints=Keypoints(**columns), **hashes)
    return replace(value, fields=(field,), source_sha256=chance.bytes(32).hex())
