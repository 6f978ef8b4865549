"""The capture gate before a photo is used: warnings on stderr, and with ``--strict`` a refusal."""

from __future__ import annotations

import os
from pathlib import Path

from motif.cli.output import tell
from motif.errors import CaptureRefusedError, PhotoError
from motif.fingerprint import Fingerprint, fingerprint_swatch
from motif.messages import N_
from motif.normalize.quality import inspect, is_refused
from motif.normalize.swatch import normalize
from motif.photo import Photo, read_photo
from motif.profiles import Profile
from motif.report.capture import findings_text


def read_named(path: Path, *, long_edge_px: int | None = None) -> Photo:
    """Read a photo; what is wrong with it is said with its name, since a command may be given several.

    Raises
    ------
    PhotoError
    """
    try:
        return read_photo(path, long_edge_px=long_edge_px)
    except PhotoError as error:
        if error.message.startswith(repr(os.fspath(path))):
            raise
        message = N_("{where}: {what}", where=path, what=error.message)
        raise type(error)(message, hint=error.hint) from error


def read_and_warn(path: Path, profile: Profile, *, strict: bool) -> tuple[Photo, Fingerprint]:
    """Read a photo as far as ``profile`` needs it, and tell what is wrong with the capture.

    Its fingerprint is made of the swatch that was judged.

    Raises
    ------
    CaptureRefusedError
        If ``strict`` and a finding is a refusal.
    """
    photo = read_named(path, long_edge_px=profile.long_edge_px)
    swatch = normalize(photo, profile)
    findings = inspect(photo, swatch=swatch)
    if findings:
        tell(findings_text(findings))
    if strict and is_refused(findings):
        codes = ", ".join(finding.code for finding in findings if finding.severity == "refuse")
        hint = "\n".join(finding.in_words() for finding in findings if finding.severity == "refuse")
        raise CaptureRefusedError(N_("the photo should be taken again ({codes})", codes=codes), hint=hint)
    return photo, fingerprint_swatch(photo, swatch, profile)
