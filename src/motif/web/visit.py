"""One request in hand: who asks, in which language, what they sent; and what pages answer with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

import jinja2
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from motif import __version__
from motif.errors import AccessDeniedError
from motif.messages import N_, _, message_of
from motif.registry.registry import Registry
from motif.report.phrases import date, day, percent
from motif.report.text import printable
from motif.vocabulary import terms
from motif.web.accounts import Account, Session, same_secret
from motif.web.actions import DUTIES, ROLES, Action
from motif.web.counter import Counter
from motif.web.forms import errors_of
from motif.web.jobs import Job
from motif.web.photos import HandedIn
from motif.web.words import clock

DOOR: Final = "motif-door"
"""Cookie that a form of somebody who is not signed in must fit."""


class NotHereError(Exception):
    """There is no such thing, or it is not theirs: which of both is not told."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """A request, with all that its page needs.

    Parameters
    ----------
    counter : Counter
    request : Request
    session : Session or None
        None where nobody is signed in.
    language : "en" or "id"
    form : FormData
        What was sent; empty for a page that is only looked at.
    door : str
        Secret of forms of who is not signed in.
    """

    counter: Counter
    request: Request
    session: Session | None
    language: str
    form: FormData = field(default_factory=FormData)
    door: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def account(self) -> Account:
        """Who is signed in."""
        if self.session is None:
            raise AccessDeniedError(N_("nobody is signed in"))
        return self.session.account

    @property
    def csrf(self) -> str:
        """What each form of this page sends along."""
        return self.door if self.session is None else self.session.csrf

    @property
    def is_sent(self) -> bool:
        """Whether a form was sent, rather than a page looked at."""
        return self.request.method == "POST"

    def text(self, name: str) -> str:
        """Return what was sent for a field, as text; empty if nothing."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def upload(self, *names: str) -> UploadFile | None:
        """Return the first file that was sent for some fields."""
        files = (self.form.get(name) for name in names)
        return next((one for one in files if isinstance(one, UploadFile) and (one.size or 0) > 0), None)

    def fits_token(self) -> bool:
        """Tell whether the form was made for whoever sends it."""
        return same_secret(self.text("csrf"), self.csrf)

    def number(self, name: str) -> int:
        """Return a number of the path; raise ``NotHereError`` if it is none."""
        value = str(self.request.path_params[name])
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise NotHereError
        return int(value)

    def may(self, action: Action) -> bool:
        """Tell whether who is signed in may do something."""
        return self.session is not None and self.account.may(action)

    def registry(self) -> Registry:
        """Return the registry as who is signed in sees and changes it."""
        return self.counter.registry.acting(self.account.actor())

    def photo(self) -> HandedIn:
        """Return the photo that the path names, if it is theirs or they see everyone's."""
        return self.own_photo(self.number("photo"))

    def own_photo(self, number: int) -> HandedIn:
        """Return a photo, if it is theirs or they see everyone's; raise ``NotHereError``."""
        try:
            photo = self.counter.photos.get(number)
        except LookupError:
            raise NotHereError from None
        if photo.account != self.account.number and not self.may("see everyone's"):
            raise NotHereError
        return photo

    def job(self, name: str, *kinds: str) -> Job:
        """Return the job that the path names, of some kinds, if it is theirs or they see everyone's."""
        try:
            job = self.counter.jobs.get(self.number(name))
        except LookupError:
            raise NotHereError from None
        if job.kind not in kinds:
            raise NotHereError
        if job.account != self.account.number and not self.may("see everyone's"):
            raise NotHereError
        return job

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Make a page.

        Parameters
        ----------
        template : str
            Name without its ending.
        status : int
        **values
            What the template shows.

        Returns
        -------
        Response
        """
        form = values.get("form")
        problems = [] if form is None else errors_of(form)
        known = {"visit": self, "language": self.language, "problems": problems, "errors": problems}
        html = _environment().get_template(f"{template}.html.jinja").render(known | values)
        response = HTMLResponse(html, status)
        if self.session is None:
            self.set_cookie(response, DOOR, self.door)
        return response

    def redirect(self, path: str) -> Response:
        """Go on at another page, which is looked at."""
        return RedirectResponse(path, 303)

    def file(self, path: Any, media_type: str, *, keep_s: int = 600) -> Response:
        """Send a file of the counter's folder; raise ``NotHereError`` if it is not there."""
        if not path.is_file():
            raise NotHereError
        return FileResponse(
            path, media_type=media_type, headers={"Cache-Control": f"private, max-age={keep_s}"}
        )

    def set_cookie(self, response: Response, name: str, value: str, *, hours: float | None = None) -> None:
        """Set a cookie that no script reads and no other site sends along."""
        response.set_cookie(
            self.cookie_name(name),
            value,
            max_age=None if hours is None else round(hours * 3600),
            httponly=True,
            secure=self.counter.settings.secure,
            samesite="lax",
        )

    def cookie_name(self, name: str) -> str:
        """Return the name of a cookie as browsers know it."""
        return f"__Host-{name}" if self.counter.settings.secure else name


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("motif.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_spelled,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "_": _,
        "clock": clock,
        "date": date,
        "day": day,
        "percent": percent,
        "terms": terms,
        "message_of": message_of,
        "ROLES": ROLES,
        "DUTIES": DUTIES,
        "version": static_version(),
    }
    return environment


def _spelled(value: Any) -> Any:
    """Show what a reader could not see: controls and reordering marks."""
    return printable(value, lines=True) if type(value) is str else value


@cache
def static_version() -> str:
    """Return what the address of style and script changes with."""
    import hashlib

    files = (resources.files("motif.web").joinpath("static", name) for name in ("motif.css", "motif.js"))
    return hashlib.sha256(__version__.encode() + b"".join(one.read_bytes() for one in files)).hexdigest()[:12]
