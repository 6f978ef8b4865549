"""What a browser sends: counted while it streams in, and never waited for without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from motif.errors import MotifError
from motif.messages import N_
from motif.web.settings import Settings

MOST_FIELDS: Final = 60
_FIELDS_BYTES: Final = 200_000
"""Most bytes of a form besides a photo."""


class BodyError(MotifError):
    """What was sent is refused."""

    code = "request"

    def __init__(self, message: str, *, status: int, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.status = status


async def read_form(request: Request, settings: Settings, *, with_photo: bool) -> FormData:
    """Read a form; large files of it go to the disk as they come.

    Parameters
    ----------
    request : Request
    settings : Settings
    with_photo : bool
        Whether this page takes photos; others take short forms only.

    Returns
    -------
    FormData

    Raises
    ------
    BodyError
        If it is too large (413), too slow (408) or no form (400).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    most = _FIELDS_BYTES + (settings.upload_bytes if with_photo else 0)
    if int_or_zero(request.headers.get("content-length", "")) > most:
        raise too_large(settings)
    body = _counted(request, most, settings)
    try:
        async with asyncio.timeout(settings.upload_seconds):
            if kind == "multipart/form-data" and with_photo:
                parser = MultiPartParser(request.headers, body, max_files=2, max_fields=MOST_FIELDS)
                return await parser.parse()
            if kind == "application/x-www-form-urlencoded":
                return await FormParser(request.headers, body).parse()
    except TimeoutError:
        message = N_("the photo came too slowly, and was not kept")
        raise BodyError(
            message, status=408, hint=N_("Go nearer to the router, or send a smaller photo.")
        ) from None
    except (MultiPartException, ClientDisconnect, ValueError, KeyError) as error:
        raise _no_form() from error
    raise _no_form()


def too_large(settings: Settings) -> BodyError:
    """Say that a photo has too many bytes.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    BodyError
    """
    message = N_("the photo is larger than {count} MB", count=round(settings.upload_bytes / 1e6))
    return BodyError(message, status=413, hint=N_("Choose a smaller size in the camera, and take it again."))


def int_or_zero(text: str) -> int:
    """Read a number; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


async def _counted(request: Request, most: int, settings: Settings) -> AsyncGenerator[bytes, None]:
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > most:
            raise too_large(settings)
        yield chunk


def _no_form() -> BodyError:
    return BodyError(N_("this is no form of this page"), status=400, hint=N_("Load the page again."))
