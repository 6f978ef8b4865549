"""Entries and their photos, as frozen values with a JSON form."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from motif.errors import EntryNotFoundError, ParameterError
from motif.files import SHA256
from motif.messages import N_
from motif.normalize.cut import clean_cut
from motif.registry.records.ids import format_id, parse_id
from motif.registry.records.text import clean_name, clean_note, clean_title
from motif.times import iso, parse_iso

FORMAT = 1
"""Number of the JSON form; a reader refuses a number that it does not know."""

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_PROFILE_ID = re.compile(r"[a-z0-9_]{1,40}-[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPhoto:
    """One photo of an entry; the file itself lies among the originals under its SHA-256.

    Parameters
    ----------
    sha256 : str, 64 lower-case hex digits
        Of the untouched file.
    size_bytes : int
    media_type : str, such as ``"image/jpeg"``
    name : str, at most 255 characters
        The file's name when it came in, without folder; never used as a path.
    width_px, height_px : int, pixels
        Of the upright picture.
    added_at : datetime, UTC
    profile_id : str, such as ``"standard-1"``
        Whose fingerprint was computed when the photo came in.
    cut : str
        What a person said of the cut, as in ``Fingerprint``; empty where the program found the cloth.
    """

    sha256: str
    size_bytes: int
    media_type: str
    name: str
    width_px: int
    height_px: int
    added_at: datetime
    profile_id: str
    cut: str = ""

    def __post_init__(self) -> None:
        _require_pattern(SHA256, self.sha256, "sha256")
        _require_pattern(_MEDIA_TYPE, self.media_type, "media_type")
        _require_pattern(_PROFILE_ID, self.profile_id, "profile_id")
        _require_same(self.name, clean_name, "name")
        _require_same(self.cut, clean_cut, "cut")
        for name in ("size_bytes", "width_px", "height_px"):
            _require_count(getattr(self, name), name)
        _require_utc(self.added_at, "added_at")

    def to_json(self) -> dict[str, Any]:
        """Return the photo as JSON-ready values."""
        values = {key: getattr(self, name) for name, key in _PHOTO_KEYS.items()}
        return values | {"added_at": iso(self.added_at)}

    @classmethod
    def from_json(cls, value: Any) -> EntryPhoto:
        """Read what ``to_json`` made; raise ``ParameterError`` on anything else."""
        try:
            values = {name: value[key] for name, key in _PHOTO_KEYS.items()}
            return cls(**values | {"added_at": parse_iso(value["added_at"])})
        except (KeyError, TypeError) as error:
            raise ParameterError(f"photo JSON lacks or garbles {error}") from error


_PHOTO_KEYS = {
    field.name: "profile" if field.name == "profile_id" else field.name for field in fields(EntryPhoto)
}
"""Field of a photo -> its key in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One registered design.

    Parameters
    ----------
    id : str, such as ``"M-000042-7"``
        In the order of registration; the last digit is a check digit.
    title : str, 1 to 200 characters
    photos : tuple of EntryPhoto
        In the order in which they were added; at least one.
    registered_at : datetime, UTC
    note : str, at most 10 000 characters
    similar_to : tuple of str
        Ids of the entries that the search found alike ("review", or "conflict" where the duplicate
        was allowed) when this one was registered; closest first.
    withdrawn_at : datetime, UTC, or None
    withdrawn_reason : str
        Empty while the entry is active.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 24, tzinfo=UTC)
    >>> photo = EntryPhoto(sha256="0" * 64, size_bytes=9, media_type="image/png", name="turi.png",
    ...                    width_px=640, height_px=480, added_at=at, profile_id="standard-1")
    >>> entry = Entry(id="M-000042-7", title="Kembang Turi", photos=(photo,), registered_at=at)
    >>> entry.withdrawn, Entry.from_json(entry.to_json()) == entry
    (False, True)
    """

    id: str
    title: str
    photos: tuple[EntryPhoto, ...]
    registered_at: datetime
    note: str = ""
    similar_to: tuple[str, ...] = ()
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""

    def __post_init__(self) -> None:
        for entry_id in (self.id, *self.similar_to):
            _require_id(entry_id)
        _require_same(self.title, clean_title, "title")
        _require_same(self.note, clean_note, "note")
        _require_same(self.withdrawn_reason, clean_note, "withdrawn_reason")
        _require_utc(self.registered_at, "registered_at")
        if not self.photos:
            raise ParameterError(f"entry {self.id} has no photo; expected one or more")
        if self.withdrawn:
            _require_utc(self.withdrawn_at, "withdrawn_at")
        if self.withdrawn != bool(self.withdrawn_reason):
            raise ParameterError("withdrawn_at and withdrawn_reason; expected both or none")

    @property
    def withdrawn(self) -> bool:
        """Whether the entry was withdrawn: it is kept, but no check reports it."""
        return self.withdrawn_at is not None

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON-ready values."""
        return {
            "format": FORMAT,
            "id": self.id,
            "title": self.title,
            "note": self.note,
            "registered_at": iso(self.registered_at),
            "withdrawn_at": None if self.withdrawn_at is None else iso(self.withdrawn_at),
            "withdrawn_reason": self.withdrawn_reason,
            "similar_to": list(self.similar_to),
            "photos": [photo.to_json() for photo in self.photos],
        }

    @classmethod
    def from_json(cls, value: Any) -> Entry:
        """Read what ``to_json`` made; raise ``ParameterError`` on anything else."""
        try:
            if value["format"] != FORMAT:
                message = f"entry format {value['format']!r:.40}; expected {FORMAT}"
                raise ParameterError(message, hint=N_("Update motif."))
            withdrawn_at = value["withdrawn_at"]
            return cls(
                **{name: value[name] for name in ("id", "title", "note", "withdrawn_reason")},
                registered_at=parse_iso(value["registered_at"]),
                withdrawn_at=None if withdrawn_at is None else parse_iso(withdrawn_at),
                similar_to=tuple(value["similar_to"]),
                photos=tuple(EntryPhoto.from_json(photo) for photo in value["photos"]),
            )
        except (KeyError, TypeError) as error:
            raise ParameterError(f"entry JSON lacks or garbles {error}") from error


def _require_pattern(pattern: re.Pattern[str], value: object, name: str) -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ParameterError(f"{name}={value!r:.80}; expected {pattern.pattern}")


def _require_same(value: str, clean: Any, name: str) -> None:
    if not isinstance(value, str) or clean(value) != value:
        raise ParameterError(f"{name}={value!r:.80} is not clean text")


def _require_count(value: object, name: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 2**53:
        raise ParameterError(f"{name}={value!r:.80}; expected a number from 1")


def _require_utc(value: object, name: str) -> None:
    if not isinstance(value, datetime) or value.utcoffset() != timedelta(0):
        raise ParameterError(f"{name}={value!r:.80}; expected a time in UTC")


def _require_id(value: object) -> None:
    with suppress(EntryNotFoundError):
        if isinstance(value, str) and format_id(parse_id(value)) == value:
            return
    raise ParameterError(f"id={value!r:.80}; expected one like M-000042-7")
