"""Every error that the package raises on purpose.

Each says what came and what was expected; ``hint`` says what to do about it, in
plain words, and ``code`` is stable and meant for machines. The tree is shallow, and
an error also inherits the builtin that a caller might expect.
"""

from __future__ import annotations

from typing import ClassVar


class MotifError(Exception):
    """Base of every error that ``motif`` raises on purpose.

    Parameters
    ----------
    message : str
        What came, and what was expected.
    hint : str
        What the user can do about it; may be empty.

    Examples
    --------
    >>> error = PhotoTooSmallError("photo is 40 x 30 px; expected a shorter side of 64 px or more",
    ...                            hint="Send the original file, not its preview.")
    >>> error.code, error.hint
    ('photo-too-small', 'Send the original file, not its preview.')
    """

    code: ClassVar[str] = "motif"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def to_json(self) -> dict[str, str]:
        """Return ``code``, ``message`` and ``hint``, as they are in a batch's error row."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class PhotoError(MotifError):
    """A photo that cannot be used."""

    code = "photo"


class UnreadablePhotoError(PhotoError):
    """The path cannot be read: missing, a folder, or no permission."""

    code = "photo-unreadable"


class NotAnImageError(PhotoError):
    """The bytes are no picture in a format that is read here."""

    code = "not-an-image"


class TruncatedPhotoError(PhotoError):
    """The file ends before its picture does, or its picture data is damaged."""

    code = "photo-truncated"


class PhotoTooLargeError(PhotoError):
    """More bytes or more pixels than the limits allow."""

    code = "photo-too-large"


class PhotoTooSmallError(PhotoError):
    """The shorter side has too few pixels."""

    code = "photo-too-small"


class BlankPhotoError(PhotoError):
    """The picture has no detail that could be compared."""

    code = "photo-blank"


class CaptureRefusedError(PhotoError):
    """The capture gate refuses the photo, and the caller asked to be strict."""

    code = "capture-refused"


class OutOfMemoryError(PhotoError, MemoryError):
    """The picture needed more memory than there is, or than the limit for one picture."""

    code = "out-of-memory"


class TimeLimitError(PhotoError, TimeoutError):
    """The picture took longer than the limit for one picture."""

    code = "time-limit"


class WorkerDiedError(PhotoError):
    """The worker process ended while it had the picture in hand, and again when it had it alone."""

    code = "worker-died"


class ParameterError(MotifError, ValueError):
    """An argument outside its documented range."""

    code = "parameter"


class ImageShapeError(ParameterError):
    """An array of another shape, dtype or range than documented."""

    code = "image-shape"


class FingerprintError(MotifError):
    """A fingerprint that cannot be used."""

    code = "fingerprint"


class MalformedFingerprintError(FingerprintError, ValueError):
    """Bytes or JSON that are not a whole, undamaged fingerprint."""

    code = "fingerprint-malformed"


class IncomparableFingerprintsError(FingerprintError, ValueError):
    """Fingerprints of unlike profiles."""

    code = "fingerprints-incomparable"


class BatchOutputError(MotifError):
    """The output of a batch cannot be written: it holds something else, or another run is writing it."""

    code = "batch-output"


class RegistryError(MotifError):
    """The registry cannot do what was asked."""

    code = "registry"


class AccessDeniedError(RegistryError, PermissionError):
    """Who asked may not see or change this."""

    code = "access-denied"


class EntryNotFoundError(RegistryError, LookupError):
    """No entry has this id."""

    code = "entry-not-found"


class SchemaVersionError(RegistryError):
    """The registry was written by a newer program, or is no registry."""

    code = "registry-schema"


class RegistryCorruptError(RegistryError):
    """The registry's files contradict each other or cannot be read."""

    code = "registry-corrupt"


class SearchIndexError(RegistryCorruptError):
    """The search index is damaged or lacks photos; it can be built again from the fingerprints."""

    code = "search-index"


class RegistryRollbackError(RegistryCorruptError):
    """The log is shorter than it was known to be, or another: an older copy was put back, or it was cut."""

    code = "registry-rollback"


class OriginalMissingError(RegistryCorruptError):
    """The untouched file of a registered photo is not there."""

    code = "original-missing"


class RegistryUnavailableError(RegistryError):
    """The registry cannot be read or written just now, and nothing is known to be wrong with it.

    The server is not reached, the disk is full, a permission is missing.
    """

    code = "registry-unavailable"


class RegistryBusyError(RegistryUnavailableError, TimeoutError):
    """Another process held the registry for too long."""

    code = "registry-busy"


class DuplicateMotifError(RegistryError):
    """The design is registered already.

    Parameters
    ----------
    entry_id, title : str
        The earlier entry.
    score : float, range 0..1
    same_file : bool
        Whether the photo has the very bytes of one of the entry's.
    """

    code = "duplicate-motif"

    def __init__(
        self,
        message: str,
        *,
        entry_id: str,
        title: str,
        score: float,
        same_file: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.entry_id = entry_id
        self.title = title
        self.score = score
        self.same_file = same_file


class UnexpectedError(MotifError):
    """An error that nobody foresaw: a fault of the program."""

    code = "unexpected"


class MissingExtraError(MotifError, ImportError):
    """An optional dependency is not installed."""

    code = "missing-extra"
