"""The counter as an ASGI application: each request becomes a ``Visit`` in one place, which knows who asks."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp

from motif.errors import (
    AccessDeniedError,
    EntryNotFoundError,
    MotifError,
    RegistryUnavailableError,
)
from motif.messages import LANGUAGES, N_, use_language
from motif.registry.actor import Actor
from motif.web.bodies import BodyError, read_form
from motif.web.counter import Counter
from motif.web.guard import Guard, comes_from_here, path_here
from motif.web.routes import ROUTES, Route
from motif.web.settings import Settings
from motif.web.tasks import Errand
from motif.web.visit import DOOR, NotHereError, Visit

SESSION = "motif"
"""Name of the cookie of who is signed in."""

_log = logging.getLogger(__name__)
_BROKEN = N_("Something went wrong here, and was written down")


def make_app(
    settings: Settings,
    *,
    announce: Callable[[Counter], None] = lambda counter: None,
    failed: Callable[[BaseException], None] = lambda error: None,
) -> ASGIApp:
    """Make the application.

    Parameters
    ----------
    settings : Settings
    announce : callable
        Called once it is ready, before the first page.
    failed : callable
        Called with the error where it cannot be opened; the error is raised as well.

    Returns
    -------
    ASGI application
        Which opens its registry when it is started, and closes it when it is stopped.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            counter = await run_in_threadpool(Counter.open, settings)
        except BaseException as error:
            failed(error)
            raise
        app.state.counter = counter
        counter.workbench.start()
        for _worker in range(settings.workers):
            counter.workbench.do(Errand(kind="warm", folder=settings.folder, actor=Actor(), subject={}))
        await run_in_threadpool(counter.jobs.resume)
        announce(counter)
        yield
        await run_in_threadpool(counter.close)

    app = Starlette(
        routes=[
            StarletteRoute(route.path, _endpoint(route), methods=list(route.methods), name=route.name)
            for route in ROUTES
        ],
        lifespan=lifespan,
        exception_handlers={HTTPException: _on_http_error, Exception: _on_error},
    )
    app.router.redirect_slashes = False
    return Guard(app, settings)


def _endpoint(route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        counter: Counter = request.app.state.counter
        visit = await run_in_threadpool(_begin, counter, request)
        try:
            return await _answer(route, visit)
        except (NotHereError, EntryNotFoundError):
            return await run_in_threadpool(_problem, visit, 404, N_("This page is not here"))
        except BodyError as error:
            return await run_in_threadpool(_problem, visit, error.status, error.message, hint=error.hint)
        except AccessDeniedError as error:
            return await run_in_threadpool(_problem, visit, 403, error.message, hint=error.hint)
        except RegistryUnavailableError as error:
            return await run_in_threadpool(
                _problem, visit, 503, N_("The registry cannot be reached just now"), hint=error.hint
            )
        except MotifError as error:
            return await run_in_threadpool(_problem, visit, 400, error.message, hint=error.hint)

    return endpoint


def _begin(counter: Counter, request: Request) -> Visit:
    """Find out who asks, and in which language they read."""
    cookie = "__Host-motif" if counter.settings.secure else SESSION
    token = request.cookies.get(cookie, "")
    session = counter.accounts.session(token) if token else None
    visit = Visit(counter=counter, request=request, session=session, language=counter.settings.language)
    visit.door = request.cookies.get(visit.cookie_name(DOOR)) or visit.door
    visit.language = _language(visit)
    return visit


def _language(visit: Visit) -> str:
    chosen = visit.session.account.language if visit.session else None
    chosen = chosen or visit.request.cookies.get(visit.cookie_name("motif-language"))
    return chosen if chosen in LANGUAGES else visit.counter.settings.language


async def _answer(route: Route, visit: Visit) -> Response:
    """Answer a visit, or say why not: the one place where actions are held against roles."""
    request = visit.request
    if visit.is_sent and not comes_from_here(request):
        return await run_in_threadpool(
            _problem, visit, 403, N_("This form was sent by another site, and was not accepted")
        )
    if route.action != "knock":
        if visit.session is None:
            return await _ask_to_sign_in(route, visit)
        if not visit.may(route.action):
            return await run_in_threadpool(
                _problem,
                visit,
                403,
                N_("Your account does not include this"),
                hint=N_("Ask the head of the office."),
            )
    if visit.is_sent:
        visit.form = await read_form(request, visit.counter.settings, with_photo=route.takes_photo)
        if not visit.fits_token():
            return await run_in_threadpool(
                _problem,
                visit,
                403,
                N_("This form is old, and was not accepted"),
                hint=N_("Go back, load the page again, and send it once more."),
            )
    try:
        return await run_in_threadpool(_in_language, visit, route.handler)
    finally:
        await visit.form.close()


async def _ask_to_sign_in(route: Route, visit: Visit) -> Response:
    """Show the door; what was typed into a form is kept in the page and sent after signing in."""
    from motif.web.pages.door import show_sign_in

    kept: list[tuple[str, str]] = []
    path = path_here(visit.request.url.path)
    if visit.is_sent and not route.takes_photo:
        form: FormData = await read_form(visit.request, visit.counter.settings, with_photo=False)
        sent = ((name, value) for name, value in form.multi_items() if name != "csrf")
        kept = [(name, value) for name, value in sent if isinstance(value, str)]
    elif not visit.is_sent and visit.request.url.query:
        path = path_here(f"{path}?{visit.request.url.query}")
    return await run_in_threadpool(
        _in_language, visit, lambda seen: show_sign_in(seen, after=path, kept=kept, has_ended=True)
    )


def _in_language(visit: Visit, handler: Callable[[Visit], Response]) -> Response:
    use_language(visit.language)
    return handler(visit)


def _problem(visit: Visit, status: int, message: str, *, hint: str = "") -> Response:
    """Say what is wrong, in a page with a way on."""
    return _in_language(
        visit,
        lambda seen: seen.page("problem", status=status, message=message, hint=hint, code=status),
    )


async def _on_http_error(request: Request, error: Exception) -> Response:
    status = int(getattr(error, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR))
    message = N_("This page is not here")
    if status != HTTPStatus.NOT_FOUND:
        message = N_("This address does something else")
    visit = await run_in_threadpool(_begin, request.app.state.counter, request)
    response = await run_in_threadpool(_problem, visit, status, message)
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _on_error(request: Request, error: Exception) -> Response:
    _log.error("a page broke: %s %s", request.method, request.url.path, exc_info=error)
    visit = await run_in_threadpool(_begin, request.app.state.counter, request)
    hint = N_("Nothing half-done was kept. Try again; if it stays so, call who looks after the computer.")
    return await run_in_threadpool(_problem, visit, 500, _BROKEN, hint=hint)
