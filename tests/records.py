"""Records of registered photos that no photo stands behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from motif.registry.records.entry import EntryPhoto

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
