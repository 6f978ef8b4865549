"""A photo on its way into the registry: read, fingerprinted, and not yet registered."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from motif.errors import IncomparableFingerprintsError, MotifError, ParameterError, UnreadablePhotoError
from motif.fingerprint import Fingerprint, fingerprint
from motif.messages import N_
from motif.photo.photo import Photo, decoded_photo, file_sha256, read_photo
from motif.photo.pixels import media_type_of
from motif.photo.source import PhotoSource, read_bytes
from motif.profiles import Profile
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.records.text import clean_name
from motif.workers.limits import out_of_memory, unexpected_error


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Submission:
    """One item for ``Registry.register_many``; a pair ``(photo, title)`` does as well.

    Parameters
    ----------
    photo : path, bytes, ndarray or Photo
    title : str
    note : str
    name : str
        Of the file, where ``photo`` is a copy of it under another name.
    known : mapping of str to value
        Fields of ``Motif``, kept in the same step as the entry.
    others : tuple of path, bytes, ndarray or Photo
        More photos of the design, added in the same step.
    computed : Fingerprint or None
        Of ``photo``, where it is at hand already: then the picture is not decoded.
    """

    photo: Photo | PhotoSource
    title: str
    note: str = ""
    name: str = ""
    known: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[Photo | PhotoSource, ...] = ()
    computed: Fingerprint | None = None

    @property
    def photos(self) -> tuple[Photo | PhotoSource, ...]:
        """All photos, the first one first."""
        return (self.photo, *self.others)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """What is registered of a photo.

    Parameters
    ----------
    sha256, media_type, name, width_px, height_px
        As in ``Photo``.
    size_bytes : int
    fingerprint : Fingerprint
    data : bytes or None
        The file; None if it was left out, so that processes need not exchange it.
    """

    sha256: str
    size_bytes: int
    media_type: str
    name: str
    width_px: int
    height_px: int
    fingerprint: Fingerprint
    data: bytes | None = field(repr=False)

    def entry_photo(self, at: datetime) -> EntryPhoto:
        """Return the record of the photo."""
        return EntryPhoto(
            sha256=self.sha256,
            size_bytes=self.size_bytes,
            media_type=self.media_type,
            name=clean_name(self.name),
            width_px=self.width_px,
            height_px=self.height_px,
            added_at=at,
            profile_id=self.fingerprint.profile_id,
            cut=self.fingerprint.cut,
        )


def withdrawn_error(entry: Entry) -> ParameterError:
    """Say that a photo's very file is that of a withdrawn entry.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    ParameterError
    """
    values = {"id": entry.id, "reason": entry.withdrawn_reason}
    message = N_("photo is of {id}, which was withdrawn: {reason:.200}", **values)
    return ParameterError(message, hint=N_("With --allow-duplicate it is registered anew."))


def query_of(
    photo: Photo | PhotoSource | Fingerprint, profile: Profile, computed: Fingerprint | None = None
) -> Fingerprint:
    """Return the fingerprint that a photo is looked up by.

    Parameters
    ----------
    photo : Photo, path, bytes, ndarray or Fingerprint
    profile : Profile
        The registry's.
    computed : Fingerprint, optional
        Of this photo, where it is at hand already.

    Returns
    -------
    Fingerprint

    Raises
    ------
    IncomparableFingerprintsError
        If a fingerprint of another profile is given.
    PhotoError
        If the photo cannot be used.
    ParameterError
        If what is computed is of another photo or profile.
    """
    if computed is not None:
        _require_own(computed, _sha256_of(photo), profile)
        return computed
    query = photo if isinstance(photo, Fingerprint) else fingerprint(photo, profile)
    if query.profile_id != profile.id:
        hint = N_("Compute the fingerprint again with the registry's profile, or give the photo.")
        message = N_(
            "fingerprint of profile {profile_id}; the registry's is {id}",
            profile_id=query.profile_id,
            id=profile.id,
        )
        raise IncomparableFingerprintsError(message, hint=hint)
    return query


def _require_own(computed: Fingerprint, sha256: str, profile: Profile) -> None:
    """Raise ``ParameterError`` if a fingerprint is of another photo or profile."""
    if (computed.source_sha256, computed.profile_id) != (sha256, profile.id):
        message = N_(
            "fingerprint of profile {profile_id}, photo {photo}; expected {expected}, {sha256}",
            profile_id=computed.profile_id,
            photo=computed.source_sha256[:8],
            expected=profile.id,
            sha256=sha256[:8],
        )
        hint = N_("Leave the fingerprint out: it is computed from the photo.")
        raise ParameterError(message, hint=hint)


def draft(source: Photo | PhotoSource, profile: Profile, computed: Fingerprint | None = None) -> Draft:
    """Read a photo, and fingerprint it unless that is ``computed``; raise ``PhotoError`` if unusable."""
    photo = decoded_photo(source, long_edge_px=profile.long_edge_px)
    if computed is not None:
        _require_own(computed, photo.sha256, profile)
    return Draft(
        sha256=photo.sha256,
        size_bytes=len(photo.data),
        media_type=photo.media_type,
        name=photo.name,
        width_px=photo.width_px,
        height_px=photo.height_px,
        fingerprint=computed or fingerprint(photo, profile),
        data=photo.data,
    )


def draft_of_computed(source: Photo | PhotoSource, computed: Fingerprint, profile: Profile) -> Draft:
    """Draft a photo whose fingerprint is at hand; its file is read, and not decoded.

    Parameters
    ----------
    source : Photo, path, bytes or ndarray
    computed : Fingerprint
    profile : Profile
        The registry's.

    Returns
    -------
    Draft
        With the file's bytes.

    Raises
    ------
    PhotoError
        If the file cannot be read, or is no picture.
    ParameterError
        If what is computed is of another file or profile.
    """
    if not isinstance(source, str | os.PathLike | bytes):
        return draft(source, profile, computed)
    data, name = read_bytes(source)
    _require_own(computed, hashlib.sha256(data).hexdigest(), profile)
    return Draft(
        sha256=computed.source_sha256,
        size_bytes=len(data),
        media_type=media_type_of(data),
        name=name,
        width_px=computed.photo_width_px,
        height_px=computed.photo_height_px,
        fingerprint=computed,
        data=data,
    )


def draft_or_error(source: Photo | PhotoSource | None, profile: Profile) -> Draft | MotifError | None:
    """Read and fingerprint a photo in a worker process; return an error rather than raise it.

    None stands for a photo that needs no work and gives None. A file's bytes are left out where the caller
    has them too.
    """
    if source is None:
        return None
    try:
        drafted = draft(source, profile)
    except MotifError as error:
        return error
    except MemoryError:
        return out_of_memory()
    except Exception as error:
        return unexpected_error(error)
    return replace(drafted, data=None) if isinstance(source, str | os.PathLike | bytes) else drafted


def data_of(drafted: Draft, source: Photo | PhotoSource) -> bytes:
    """Return the bytes of a draft's file, read again if they were left out.

    Raises
    ------
    UnreadablePhotoError
        If the file is gone, or is not the one that was fingerprinted.
    """
    if drafted.data is not None:
        return drafted.data
    if isinstance(source, Photo):
        return source.data
    try:
        data = source if isinstance(source, bytes) else read_bytes(source)[0]
    except UnreadablePhotoError as error:
        raise UnreadablePhotoError(
            N_("{name!r} cannot be read again: {error}", name=drafted.name, error=error),
            hint=N_("Try again."),
        ) from error
    if hashlib.sha256(data).hexdigest() != drafted.sha256:
        hint = N_("Wait until nobody writes to the file, then try again.")
        raise UnreadablePhotoError(
            N_("{name!r} changed while it was being registered", name=drafted.name), hint=hint
        )
    return data


def _sha256_of(photo: Photo | PhotoSource | Fingerprint) -> str:
    """Return the SHA-256 of what was read, or would be read, of a photo."""
    if isinstance(photo, Fingerprint):
        return photo.source_sha256
    if isinstance(photo, Photo):
        return photo.sha256
    return file_sha256(photo) or read_photo(photo).sha256
