"""All addresses of the counter, each with the action that the table of roles allows or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from motif.web.actions import Action
from motif.web.pages import (
    checks,
    decisions,
    door,
    entries,
    filings,
    home,
    people,
    photos,
    registering,
)
from motif.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address.

    Parameters
    ----------
    path : str
        With its variable parts in braces.
    methods : tuple of str
    action : Action
        What a role must include.
    handler : callable, Visit -> Response
    takes_photo : bool
        Whether a photo may be sent to it.
    """

    path: str
    methods: tuple[str, ...]
    action: Action
    handler: Callable[[Visit], Response]
    takes_photo: bool = False

    @property
    def name(self) -> str:
        """What errors and tests call it."""
        return f"{'/'.join(self.methods)} {self.path}"


def _look(path: str, action: Action, handler: Callable[[Visit], Response]) -> Route:
    return Route(path=path, methods=("GET",), action=action, handler=handler)


def _send(path: str, action: Action, handler: Callable[[Visit], Response], *, photo: bool = False) -> Route:
    return Route(path=path, methods=("POST",), action=action, handler=handler, takes_photo=photo)


ROUTES: Final = (
    _look("/static/{version}/{name}", "knock", door.static_file),
    _look("/favicon.ico", "knock", door.icon),
    _look("/sign-in", "knock", door.sign_in),
    _send("/sign-in", "knock", door.sign_in),
    _look("/code", "knock", door.code),
    _send("/code", "knock", door.code),
    _send("/demo", "knock", door.demo),
    _send("/language", "knock", door.language),
    _send("/sign-out", "own account", door.sign_out),
    _look("/account", "own account", people.own_account),
    _send("/account/sign-out-everywhere", "own account", people.sign_out_everywhere),
    _send("/account/password", "own account", people.change_password),
    _look("/ledger", "see the ledger", entries.ledger),
    _look("/accounts", "see accounts", people.accounts),
    _send("/accounts", "change accounts", people.invite),
    _send("/accounts/{account}/code", "change accounts", people.new_code),
    _send("/accounts/{account}/close", "change accounts", people.close),
    _look("/", "look", home.home),
    _look("/photos/new", "photograph", photos.new),
    _send("/photos/new", "photograph", photos.hand_in, photo=True),
    _send("/photos/sample/{name}", "photograph", photos.sample),
    _look("/photos/{photo}", "look", photos.show),
    _look("/photos/{photo}/picture/{name}", "look", photos.picture),
    _send("/photos/{photo}/check", "check", photos.check),
    _look("/checks/{check}", "look", checks.show),
    _look("/checks/{check}/picture/{name}", "look", checks.picture),
    _send("/checks/{check}/report/{form}", "look", checks.report),
    _look("/checks/{check}/decide/{entry}", "decide", decisions.decide),
    _send("/checks/{check}/decide/{entry}", "decide", decisions.decide),
    _look("/photos/{photo}/register", "register", registering.begin),
    _look("/photos/{photo}/register/{question}", "register", registering.ask),
    _send("/photos/{photo}/register/{question}", "register", registering.ask),
    _look("/jobs/{job}", "look", checks.job),
    _look("/jobs/{job}/state", "look", checks.state),
    _look("/jobs/{job}/file", "look", checks.report_file),
    _look("/registry", "look", entries.catalogue),
    _look("/registry/{entry}", "look", entries.show),
    _look("/registry/{entry}/picture/{sha256}/{name}", "look", entries.picture),
    _send("/registry/{entry}/report/{form}", "look", entries.report),
    _look("/registry/{entry}/proof", "look", entries.proof),
    _send("/registry/{entry}/filing", "file", filings.begin),
    _look("/filings", "see filings", filings.listing),
    _look("/filings/{filing}", "see filings", filings.show),
    _look("/filings/{filing}/fill/{section}", "file", filings.fill),
    _send("/filings/{filing}/fill/{section}", "file", filings.fill),
    _send("/filings/{filing}/search", "file", filings.search),
    _send("/filings/{filing}/build", "file", filings.build),
    _send("/filings/{filing}/outcome", "file", filings.outcome),
    _send("/filings/{filing}/release", "release pictures", filings.release),
)
"""Addresses, in the order in which they are tried."""
