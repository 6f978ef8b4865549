"""What several benchmarks use: drawn cloths, strangers, processes of their own, answers of the search."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker import FAMILIES, draw_cloth
from clothmaker.reuse import crop, redye, rephotograph
from motif.features.keypoints import Keypoints
from motif.fingerprint import Fingerprint, fingerprint
from motif.profiles import STANDARD_1, Profile
from motif.registry.records.entry import EntryPhoto

POOL = 60


FIRST_SEED, POOL_SEED = 7000, 9000


NOISE = 9.0
"""Deviation of the noise on a descriptor's values, which are 0 to 255: cosine 0.98 to the one without."""


LONG_EDGE_PX, SHORT_EDGE_PX = 4000, 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the registry said to one reuse; ``right`` is whether the right entry came first."""

    kind: str
    known: bool
    right: bool
    score: float
    verdict: str
    cells: int
    rarity: float


def cloth(seed: int) -> np.ndarray:
    """Draw a cloth of no other benchmark."""
    return draw_cloth(FAMILIES[seed % len(FAMILIES)], seed, long_edge_px=640).rgb


def reuse(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cut out a part, dye it anew, photograph it."""
    return np.ascontiguousarray(rephotograph(redye(crop(rgb, rng, 0.5), rng), rng))


class Strangers:
    """Resampled fingerprints, the same for a number each time.

    Parameters
    ----------
    pictures : sequence of Path
        Folders of pictures whose keypoints are resampled, beside those of drawn cloths.
    """

    def __init__(self, pictures: Sequence[Path] = ()) -> None:
        fingerprints = [fingerprint(cloth(POOL_SEED + number)) for number in range(POOL)]
        paths = [path for folder in pictures for path in sorted(folder.glob("*.jpg"))]
        fingerprints += [fingerprint(path) for path in paths]
        self._one = fingerprints[0]
        self._tones = [value.main.keypoints for value in fingerprints]
        self._strokes = [value.main.strokes for value in fingerprints]

    def make(self, number: int) -> Fingerprint:
        """Resample the stranger with this number."""
        rng = np.random.default_rng(number)
        return replace(
            self._one,
            source_sha256=f"{number:064x}",
            fields=(
                replace(
                    self._one.main,
                    phash=rng.bytes(32),
                    dhash=rng.bytes(32),
                    keypoints=_resampled(self._tones, rng, STANDARD_1.keypoints_max),
                    strokes=_resampled(self._strokes, rng, STANDARD_1.strokes_max),
                ),
            ),
        )


def _resampled(pool: list[Keypoints], rng: np.random.Generator, count: int) -> Keypoints:
    chosen = [pool[i] for i in rng.choice(len(pool), 4, replace=False)]
    parts = [(part, rng.choice(len(part), min(len(part), count // 4), replace=False)) for part in chosen]
    values = np.concatenate([part.descriptors[some] for part, some in parts]).astype(np.float32)
    values = np.maximum(values + rng.normal(0, NOISE, values.shape), 0)
    values *= 512 / np.linalg.norm(values, axis=1, keepdims=True)
    total = len(values)
    return Keypoints(
        xy=(rng.integers(0, 640 * 32, (total, 2)) / 32).astype(np.float32),
        size_px=np.concatenate([part.size_px[some] for part, some in parts]),
        angle_deg=(rng.integers(0, 65536, total) * (360 / 65536)).astype(np.float32),
        descriptors=np.clip(np.rint(values), 0, 255).astype(np.uint8),
    )


def resident_mb() -> float:
    """Return the memory that this process holds now, in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS; this benchmark needs Linux")


class Places(Protocol):
    """Makes new places for registries."""

    folder: Path

    def new(self, template: str = "") -> str:
        """Return one."""
        ...


def draw_drops(seed: int) -> bytes:
    """Draw a cloth of drops as PNG; no two seeds look alike."""
    chance = np.random.default_rng(seed)
    picture = np.full((160, 160, 3), chance.integers(150, 256, 3), np.uint8)
    for _ in range(50):
        place = tuple(int(value) for value in chance.integers(0, 160, 2))
        axes = tuple(int(value) for value in chance.integers(3, 16, 2))
        color = tuple(int(value) for value in chance.integers(0, 160, 3))
        cv2.ellipse(picture, place, axes, float(chance.integers(0, 180)), 0, 360, color, -1, cv2.LINE_8)
    return cv2.imencode(".png", picture)[1].tobytes()


class Life:
    """A process of its own, forked from this one, that says lines until it ends or is killed."""

    def __init__(self, work: Callable[[Callable[[str], None]], object]) -> None:
        self._reads, writes = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            code = 1
            try:
                os.close(self._reads)
                work(lambda line: os.write(writes, line.encode() + b"\n") and None)
                code = 0
            except BaseException as error:
                os.write(writes, f"error died {error!r}\n".encode()[:4000])
            finally:
                os._exit(code)
        os.close(writes)
        self._file = os.fdopen(self._reads, encoding="utf-8")

    def hear(self) -> str:
        """Wait for the next line."""
        return self._file.readline().rstrip("\n")

    def kill(self) -> list[str]:
        """End it by SIGKILL; return what it had said."""
        os.kill(self._pid, signal.SIGKILL)
        return self.end()

    def end(self) -> list[str]:
        """Wait for its end; return what it said."""
        with self._file:
            lines = self._file.read().splitlines()
        os.waitpid(self._pid, 0)
        return lines


def photo_record(sha256: str, size_bytes: int, profile: Profile = STANDARD_1) -> EntryPhoto:
    return EntryPhoto(
        sha256=sha256,
        size_bytes=size_bytes,
        media_type="image/png",
        name="kain.png",
        width_px=160,
        height_px=160,
        added_at=datetime.now(UTC),
        profile_id=profile.id,
    )


def twelve_megapixels() -> bytes:
    """Return a JPEG of 4000 x 3000 px with the noise of a phone's sensor."""
    drawn = cv2.resize(
        draw_cloth("semen", 7).rgb, (LONG_EDGE_PX, SHORT_EDGE_PX), interpolation=cv2.INTER_CUBIC
    )
    noise = np.random.default_rng(1).normal(0, 6, drawn.shape)
    noisy = np.clip(drawn + noise, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=90)
    return out.getvalue()


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU time of this process, all threads together."""
    started = time.process_time()
    work()
    return 1e3 * (time.process_time() - started)


def load_picture(data: bytes) -> None:
    """Open it whole with Pillow."""
    Image.open(io.BytesIO(data)).load()


def serve(pipe: Connection, work: Callable[[bytes], object], data: bytes) -> None:
    """Do a work and tell its cost, each time it is asked for."""
    cv2.setNumThreads(1)
    while pipe.recv():
        pipe.send(cpu_ms(lambda: work(data)))


@contextmanager
def own_process(work: Callable[[bytes], object], data: bytes) -> Iterator[Callable[[], float]]:
    """Give a function that has a work done once in the process made for it, and returns its cost."""
    here, there = get_context("spawn").Pipe()
    worker = get_context("spawn").Process(target=serve, args=(there, work, data), daemon=True)
    worker.start()

    def once() -> float:
        here.send(True)
        return float(here.recv())

    try:
        yield once
    finally:
        here.send(False)
        worker.join()
