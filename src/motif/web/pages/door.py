"""Signing in and out, one-time codes, the language, and what every page loads."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Final

from starlette.responses import Response

from motif.errors import ParameterError
from motif.messages import LANGUAGES, N_
from motif.web.accounts import Account
from motif.web.demo import hand_in
from motif.web.forms import CodeForm, SignInForm
from motif.web.guard import is_this_machine, path_here
from motif.web.visit import NotHereError, Visit, static_version

_STATIC: Final = {"motif.css": "text/css; charset=utf-8", "motif.js": "text/javascript; charset=utf-8"}
_ICON: Final = "icon.svg"
_YEAR_S: Final = 31_536_000
_KEPT: Final = "kept-"


def static_file(visit: Visit) -> Response:
    """Send style or script, which a browser keeps until the program changes."""
    name = str(visit.request.path_params["name"])
    if name not in _STATIC or visit.request.path_params["version"] != static_version():
        raise NotHereError
    headers = {"Cache-Control": f"public, max-age={_YEAR_S}, immutable"}
    return Response(_bytes_of(name), media_type=_STATIC[name], headers=headers)


def icon(visit: Visit) -> Response:
    """Send the sign of the program."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(_bytes_of(_ICON), media_type="image/svg+xml", headers=headers)


def _bytes_of(name: str) -> bytes:
    return resources.files("motif.web").joinpath("static", name).read_bytes()


def sign_in(visit: Visit) -> Response:
    """Ask for name and password; a right pair begins a session that nobody knew before."""
    after = path_here(visit.text("after") or visit.request.query_params.get("after"))
    if not visit.is_sent:
        if visit.session is not None:
            return visit.redirect(after)
        if not visit.counter.accounts.has_head() and not visit.counter.settings.is_demo:
            return visit.redirect("/code")
        return show_sign_in(visit, after=after)
    kept = [
        (name.removeprefix(_KEPT), value)
        for name, value in visit.form.multi_items()
        if name.startswith(_KEPT) and isinstance(value, str)
    ]
    if not _is_open(visit):
        return show_sign_in(visit, after=after, kept=kept, status=403)
    form = SignInForm(visit.form)
    if not form.validate():
        return show_sign_in(visit, after=after, kept=kept, form=form, status=422)
    login, password = str(form.login.data), str(form.password.data)
    minutes = visit.counter.guessing.wait_minutes(login.strip().lower(), _address(visit))
    if minutes:
        form.login.errors = [N_("Too many tries. Wait {minutes} minutes, then try again", minutes=minutes)]
        response = show_sign_in(visit, after=after, kept=kept, form=form, status=429)
        response.headers["Retry-After"] = str(60 * minutes)
        return response
    account = visit.counter.accounts.with_password(login, password)
    if account is None:
        form.login.errors = [N_("Name and password do not fit together")]
        return show_sign_in(visit, after=after, kept=kept, form=form, status=422)
    visit.counter.guessing.forgive(login.strip().lower())
    return _let_in(visit, account, after, kept)


def show_sign_in(
    visit: Visit,
    *,
    after: str = "/",
    kept: Sequence[tuple[str, str]] = (),
    form: SignInForm | None = None,
    has_ended: bool = False,
    status: int = 200,
) -> Response:
    """Show the page that asks for name and password.

    Parameters
    ----------
    visit : Visit
    after : str
        Where to go on.
    kept : sequence of (name, value)
        What was typed into a form whose session had ended.
    form : SignInForm, optional
    has_ended : bool
        Whether something was asked for that needs an account.
    status : int

    Returns
    -------
    Response
    """
    return visit.page(
        "sign_in",
        status=401 if has_ended and kept else status,
        form=form or SignInForm(),
        after=after,
        kept=[(_KEPT + name, value) for name, value in kept],
        has_ended=has_ended,
        is_open=_is_open(visit),
        people=visit.counter.accounts.list() if visit.counter.settings.is_demo else [],
    )


def code(visit: Visit) -> Response:
    """Let somebody choose a password by a one-time code; the first of all becomes the head."""
    accounts = visit.counter.accounts
    is_first = not accounts.has_head()
    form = CodeForm(visit.form) if visit.is_sent else CodeForm()
    if not visit.is_sent or not _is_open(visit):
        status = 403 if visit.is_sent else 200
        return visit.page("code", status=status, form=form, is_first=is_first, is_open=_is_open(visit))
    status = 422
    if form.validate():
        minutes = visit.counter.guessing.wait_minutes("one-time code", _address(visit))
        if minutes:
            status = 429
            form.code.errors = [N_("Too many tries. Wait {minutes} minutes, then try again", minutes=minutes)]
        else:
            try:
                account = accounts.use_code(
                    str(form.code.data),
                    str(form.password.data),
                    login=str(form.login.data or ""),
                    name=str(form.name.data or ""),
                )
            except ParameterError as error:
                field = form.code if "code" in error.message else form.password
                field = form.login if "sign-in" in error.message else field
                field.errors = [error.message]
            else:
                visit.counter.guessing.forgive("one-time code")
                return _let_in(visit, account, "/", [])
    return visit.page("code", status=status, form=form, is_first=is_first, is_open=True)


def sign_out(visit: Visit) -> Response:
    """End the session on this device."""
    visit.counter.accounts.end_session(visit.request.cookies.get(visit.cookie_name("motif"), ""))
    response = visit.redirect("/sign-in")
    response.delete_cookie(visit.cookie_name("motif"), secure=visit.counter.settings.secure)
    return response


def language(visit: Visit) -> Response:
    """Change the language of the pages."""
    chosen = visit.text("language")
    if chosen not in LANGUAGES:
        raise NotHereError
    if visit.session is not None:
        visit.counter.accounts.choose_language(visit.account.number, chosen)
    response = visit.redirect(path_here(visit.text("after")))
    visit.set_cookie(response, "motif-language", chosen, hours=24 * 365)
    return response


def demo(visit: Visit) -> Response:
    """Sign in to the trial with one of its accounts, without a password."""
    if not visit.counter.settings.is_demo:
        raise NotHereError
    known = [one for one in visit.counter.accounts.list() if one.login == visit.text("login")]
    if not known:
        raise NotHereError
    if visit.may("look"):
        sign_out(visit)
    if known[0].may("decide"):
        hand_in(visit.counter, known[0], "reused")
    return _let_in(visit, known[0], "/", [])


def _let_in(visit: Visit, account: Account, after: str, kept: Sequence[tuple[str, str]]) -> Response:
    """Begin a session; go on, or show again what was typed before the last one ended."""
    old = visit.request.cookies.get(visit.cookie_name("motif"), "")
    if old:
        visit.counter.accounts.end_session(old)
    token = visit.counter.accounts.begin_session(account)
    if kept:
        visit.session = visit.counter.accounts.session(token)
        response = visit.page("resume", after=after, kept=kept)
    else:
        response = visit.redirect(after)
    visit.set_cookie(response, "motif", token, hours=visit.counter.settings.session_hours)
    return response


def _is_open(visit: Visit) -> bool:
    """Tell whether passwords may be typed from where the browser is."""
    return visit.counter.settings.sign_in_from == "anywhere" or is_this_machine(visit.request)


def _address(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else "unknown"
