"""Hand a photo in, hear at once whether it will do, and have it compared."""

from __future__ import annotations

import os
import secrets
import shutil
from typing import Final

from starlette.responses import Response

from motif.messages import N_
from motif.web.bodies import too_large
from motif.web.demo import hand_in as demo_photo
from motif.web.visit import NotHereError, Visit

SAMPLES: Final = ("reused", "new")
PICTURES: Final = ("photo", "small", "outlined", "swatch")


def new(visit: Visit) -> Response:
    """Ask for a photo: from the camera, or from those that are there."""
    return visit.page("photo_new", error="", most_mb=round(visit.counter.settings.upload_bytes / 1e6))


def hand_in(visit: Visit) -> Response:
    """Keep the photo, and have it looked at."""
    file, counter = visit.upload("camera", "gallery"), visit.counter
    most_mb = round(counter.settings.upload_bytes / 1e6)
    if file is None:
        error = N_("Take or choose a photo first")
        return visit.page("photo_new", status=422, error=error, most_mb=most_mb)
    if (file.size or 0) > counter.settings.upload_bytes:
        raise too_large(counter.settings)
    place = counter.folder.path / "uploads" / secrets.token_hex(16)
    try:
        with place.open("xb") as kept:
            shutil.copyfileobj(file.file, kept)
            kept.flush()
            os.fsync(kept.fileno())
        photo = counter.photos.take_in(visit.account.number, place, file.filename or "")
    finally:
        place.unlink(missing_ok=True)
    looks = counter.jobs.of_photo(photo.number, "look")
    if not looks or looks[0].state == "failed":  # it may have been the machine, and not the photo
        counter.jobs.ask("look", visit.account, {"sha256": photo.sha256}, photo=photo.number)
    return visit.redirect(f"/photos/{photo.number}")


def sample(visit: Visit) -> Response:
    """Hand in a drawn photo of the trial."""
    name = str(visit.request.path_params["name"])
    if not visit.counter.settings.is_demo or name not in SAMPLES:
        raise NotHereError
    return visit.redirect(f"/photos/{demo_photo(visit.counter, visit.account, name)}")


def show(visit: Visit) -> Response:
    """Say whether the photo will do, or what to do better."""
    photo, jobs = visit.photo(), visit.counter.jobs
    looks = jobs.of_photo(photo.number, "look")
    if not looks:
        raise NotHereError
    if not looks[0].is_finished:
        return visit.page("progress", job=looks[0], photo=photo, ahead=jobs.ahead_of(looks[0]), here=True)
    checks = jobs.of_photo(photo.number, "check")
    return visit.page("photo", photo=photo, look=looks[0], check=checks[0] if checks else None)


def picture(visit: Visit) -> Response:
    """Send a picture of the photo."""
    photo, name = visit.photo(), str(visit.request.path_params["name"]).removesuffix(".jpg")
    if name not in PICTURES:
        raise NotHereError
    return visit.file(visit.counter.folder.picture(photo.sha256, f"{name}.jpg"), "image/jpeg")


def check(visit: Visit) -> Response:
    """Have the photo compared with the registry."""
    photo, jobs = visit.photo(), visit.counter.jobs
    looks = jobs.of_photo(photo.number, "look")
    if not looks or looks[0].state != "done":
        raise NotHereError
    job = jobs.ask("check", visit.account, {"sha256": photo.sha256}, photo=photo.number)
    return visit.redirect(f"/checks/{job.number}")
