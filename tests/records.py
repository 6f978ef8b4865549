"""Records of registered photos that no photo stands behind, and timestamps that no authority gave."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from motif.registry.records.entry import EntryPhoto
from motif.registry.registry import Registry

_PHOTO = EntryPhoto(
    sha256="ab" * 32,
    size_bytes=9,
    media_type="image/png",
    name="turi.png",
    width_px=640,
    height_px=480,
    added_at=datetime(2026, 11, 24, tzinfo=UTC),
    profile_id="standard-1",
)


def entry_photo(**changes: Any) -> EntryPhoto:
    """Return a photo's record with some fields changed."""
    return replace(_PHOTO, **changes)


def keep_token(registry: Registry, size: int, token: bytes) -> None:
    """Keep bytes as the timestamp of a checkpoint, whatever they are."""
    sha256 = hashlib.sha256(token).hexdigest()
    with registry._store.writing() as writer:
        writer.append("checkpoint.timestamped", {"size": size, "token_sha256": sha256}, {sha256: token})
