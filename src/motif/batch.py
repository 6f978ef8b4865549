"""Many photos to fingerprints: folders walked, workers kept busy, a bad file becomes a row that says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from motif.errors import MotifError, UnreadablePhotoError
from motif.fingerprint import fingerprint
from motif.hashes import dhash, phash
from motif.normalize import normalize
from motif.photo import read_photo
from motif.profiles import STANDARD_1, Profile
from motif.workers import WorkerDied, run_in_workers

Row = dict[str, Any]
"""JSON-ready: ``path`` and either the fields of a fingerprint or ``error``, never both."""

PHOTO_SUFFIXES = frozenset(
    {".bmp", ".dib", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
)
"""What a walk through a folder takes for a photo; case does not matter."""

PHOTOS_PER_WORKER = 4
"""Starting a worker costs about as much as this many photos."""


def find_photos(paths: Iterable[str | os.PathLike[str]]) -> tuple[list[Path], list[Row]]:
    """List the photos at some paths.

    A folder is walked with its subfolders, in the order of names; hidden files and registries are
    passed over, and links to folders are not followed. Anything else is listed as it is, also if it
    does not exist.

    Parameters
    ----------
    paths : iterable of paths to files and folders

    Returns
    -------
    photos : list of Path
    problems : list of Row
        One for each folder that cannot be read.
    """
    photos: list[Path] = []
    unreadable: list[OSError] = []
    for path in map(Path, paths):
        photos += _walk(path, unreadable.append) if path.is_dir() else [path]
    return photos, [_unreadable_row(error) for error in unreadable]


def fingerprint_many(
    paths: Iterable[str | os.PathLike[str]],
    *,
    profile: Profile = STANDARD_1,
    jobs: int = 1,
    hashes_only: bool = False,
) -> Generator[Row, None, None]:
    """Compute the fingerprints of many photos.

    Parameters
    ----------
    paths : iterable of paths
        Drawn as needed; folders are not walked here (see ``find_photos``).
    profile : Profile
    jobs : int, worker processes
        1 computes in this process. With more, a photo on which a worker dies costs only its own row;
        a script must then ask under ``if __name__ == "__main__":``.
    hashes_only : bool
        Leave the keypoints out: quicker, and good for finding re-saved files only.

    Yields
    ------
    Row
        In the order of ``paths``: ``path`` and the fields of ``Fingerprint.to_json``, or ``path`` and
        ``error`` with code, message and hint.

    Examples
    --------
    >>> for row in fingerprint_many(["no-such-file.jpg"]):
    ...     row["path"], row["error"]["code"]
    ('no-such-file.jpg', 'photo-unreadable')
    """
    names = (os.fspath(path) for path in paths)
    row_of = partial(fingerprint_row, profile=profile, hashes_only=hashes_only)
    if jobs <= 1:
        yield from map(row_of, names)
        return
    with closing(run_in_workers(row_of, names, jobs=jobs, setup=_use_one_thread)) as results:
        for result in results:
            yield _died_row(result) if isinstance(result, WorkerDied) else result


def fingerprint_row(path: str, *, profile: Profile = STANDARD_1, hashes_only: bool = False) -> Row:
    """Compute one row of a batch; never raises on account of the photo.

    Parameters
    ----------
    path : str
    profile : Profile
    hashes_only : bool
    """
    try:
        fields = _hash_fields(path, profile) if hashes_only else fingerprint(path, profile).to_json()
    except MotifError as error:
        return _error_row(path, error.to_json())
    except MemoryError:
        return _failed_row(
            path, "out-of-memory", "not enough memory", "Use fewer jobs, or a smaller picture."
        )
    except Exception as error:
        message = f"this should not have happened: {type(error).__name__}: {error}"
        return _failed_row(path, "unexpected", message, "Send picture and message to the developers.")
    return {"path": path} | fields


def jobs_for(count: int) -> int:
    """Choose how many workers so many photos are worth: at most one for each core that we may use.

    Examples
    --------
    >>> jobs_for(1), jobs_for(7)
    (1, 1)
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, count // PHOTOS_PER_WORKER))


def _walk(path: Path, report: Callable[[OSError], object]) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(path, onerror=report):
        subfolders[:] = sorted(name for name in subfolders if _is_walked(name))
        yield from (Path(folder, name) for name in sorted(names) if _is_photo(name))


def _hash_fields(path: str, profile: Profile) -> Row:
    photo = read_photo(path, long_edge_px=profile.long_edge_px)
    luma = normalize(photo, profile).luma
    return {
        "profile": {"name": profile.name, "version": profile.version},
        "source_sha256": photo.sha256,
        "photo_px": [photo.width_px, photo.height_px],
        "swatch_px": [luma.shape[1], luma.shape[0]],
        "phash": phash(luma).hex(),
        "dhash": dhash(luma).hex(),
    }


def _error_row(path: str, error: dict[str, str]) -> Row:
    return {"path": path, "error": error}


def _failed_row(path: str, code: str, message: str, hint: str) -> Row:
    return _error_row(path, {"code": code, "message": message, "hint": hint})


def _died_row(died: WorkerDied[str]) -> Row:
    message = f"the worker process ended while it read this picture (exit code {died.exit_code})"
    hint = "The computer may have run out of memory. Try this picture alone, or with --jobs 1."
    return _failed_row(died.item, "worker-died", message, hint)


def _unreadable_row(error: OSError) -> Row:
    message = f"folder cannot be read ({error.strerror}); expected one that may be opened"
    hint = "Check that you may open the folder."
    return _error_row(os.fsdecode(error.filename), UnreadablePhotoError(message, hint=hint).to_json())


def _is_walked(name: str) -> bool:
    return not name.startswith(".") and not name.endswith(".motif")


def _is_photo(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in PHOTO_SUFFIXES


def _use_one_thread() -> None:
    import cv2

    cv2.setNumThreads(1)
