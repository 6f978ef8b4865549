"""A worker process made ready for pictures."""

from __future__ import annotations

import cv2
import numpy as np

from motif.fingerprint import fingerprint
from motif.profiles import Profile
from motif.workers.limits import limit_memory


def prepare_worker(profile: Profile, memory_bytes: int | None = None) -> None:
    """Hold this process to one core, warm it up on a small picture, and limit its memory from there on.

    Parameters
    ----------
    profile : Profile
    memory_bytes : int or None
        See ``Limits``.
    """
    cv2.setNumThreads(1)
    noise = np.random.default_rng(1).integers(0, 256, (96, 96, 3), np.uint8)
    fingerprint(noise, profile)
    limit_memory(memory_bytes)
