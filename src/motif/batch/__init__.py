"""Many photos to fingerprints: folders walked, workers kept busy, a bad file becomes a row that says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path

from motif.batch.rows import Item, Row, died_row, fingerprint_row
from motif.batch.run import jobs_for
from motif.batch.sources import PHOTO_SUFFIXES, name_pages, walk
from motif.profiles import STANDARD_1, Profile
from motif.workers.pool import WorkerDied, run_in_workers
from motif.workers.setup import prepare_worker

__all__ = ["PHOTO_SUFFIXES", "Row", "find_photos", "fingerprint_many", "fingerprint_row", "jobs_for"]


def find_photos(
    paths: Iterable[str | os.PathLike[str]], *, pass_over: Callable[[str], object] = lambda path: None
) -> tuple[list[Path], list[Row]]:
    """List the photos at some paths.

    A folder is walked with its subfolders, in the order of names; hidden files and registries are
    passed over, and links to folders are not followed. Of its files, those are listed that are pictures
    by their content, or at least by their name. Anything else is listed as it is, also if it does not
    exist. Further pages follow their file, as ``scan.tif#2``.

    Parameters
    ----------
    paths : iterable of paths to files and folders
    pass_over : callable
        Receives the path of each file of a folder that is no picture, hidden ones apart.

    Returns
    -------
    photos : list of Path
    problems : list of Row
        One for each folder that cannot be read, and each link that leads out of its folder.
    """
    photos: list[Path] = []
    failed: list[Item] = []
    for path in map(Path, paths):
        found = walk(path, failed.append, pass_over) if path.is_dir() else [path]
        photos += (Path(page) for file in found for page in name_pages(os.fspath(file)))
    return photos, [
        {"path": item.path, "error": item.problem.to_json()} for item in failed if item.problem is not None
    ]


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
    setup = partial(prepare_worker, profile)
    with closing(run_in_workers(row_of, names, jobs=jobs, setup=setup)) as results:
        for result in results:
            yield died_row(result) if isinstance(result, WorkerDied) else result
