"""Accounts: one's own, and for the head everybody's."""

from __future__ import annotations

from starlette.responses import Response

from motif.errors import ParameterError
from motif.messages import N_
from motif.web.accounts import Account, spelled_code
from motif.web.forms import InvitationForm, PasswordForm
from motif.web.visit import NotHereError, Visit


def own_account(visit: Visit) -> Response:
    """Show who is signed in, what they may do, and on how many devices."""
    return _own(visit, PasswordForm())


def sign_out_everywhere(visit: Visit) -> Response:
    """End all sessions of who asks, this one, too."""
    visit.counter.accounts.end_all_sessions(visit.account.number)
    return visit.redirect("/sign-in")


def change_password(visit: Visit) -> Response:
    """Change the own password; all sessions end but a new one here."""
    form, accounts = PasswordForm(visit.form), visit.counter.accounts
    if not form.validate():
        return _own(visit, form, status=422)
    login = visit.account.login
    address = visit.request.client.host if visit.request.client else "unknown"
    minutes = visit.counter.guessing.wait_minutes(login, address)
    if minutes:
        form.old.errors = [N_("Too many tries. Wait {minutes} minutes, then try again", minutes=minutes)]
        return _own(visit, form, status=429)
    if accounts.with_password(login, str(form.old.data)) is None:
        form.old.errors = [N_("This is not your password")]
        return _own(visit, form, status=422)
    try:
        account = accounts.change_password(visit.account, str(form.new.data))
    except ParameterError as error:
        form.new.errors = [error.message]
        return _own(visit, form, status=422)
    response = visit.redirect("/account?changed=1")
    token = accounts.begin_session(account)
    visit.set_cookie(response, "motif", token, hours=visit.counter.settings.session_hours)
    return response


def accounts(visit: Visit) -> Response:
    """Show who may do what, since when; the head may invite."""
    return _accounts(visit, InvitationForm())


def invite(visit: Visit) -> Response:
    """Make an account, and show its one-time code once."""
    form = InvitationForm(visit.form)
    if not form.validate():
        return _accounts(visit, form, status=422)
    try:
        account, code = visit.counter.accounts.invite(
            login=str(form.login.data), name=str(form.name.data), role=form.role.data, by=visit.account.login
        )
    except ParameterError as error:
        form.login.errors = [error.message]
        return _accounts(visit, form, status=422)
    return visit.page("new_code", account=account, code=spelled_code(code))


def new_code(visit: Visit) -> Response:
    """Take the password of an account away, and show a new one-time code once."""
    account = _other(visit)
    return visit.page(
        "new_code", account=account, code=spelled_code(visit.counter.accounts.new_code(account.number))
    )


def close(visit: Visit) -> Response:
    """Close an account; it stays in the list, since the ledger names it."""
    visit.counter.accounts.close(_other(visit).number)
    return visit.redirect("/accounts")


def _own(visit: Visit, form: PasswordForm, *, status: int = 200) -> Response:
    return visit.page(
        "account",
        status=status,
        form=form,
        devices=visit.counter.accounts.count_sessions(visit.account.number),
        has_changed="changed" in visit.request.query_params,
    )


def _accounts(visit: Visit, form: InvitationForm, *, status: int = 200) -> Response:
    return visit.page(
        "accounts",
        status=status,
        form=form,
        accounts=visit.counter.accounts.list(),
        may_change=visit.may("change accounts"),
    )


def _other(visit: Visit) -> Account:
    """Return the account that the path names; nobody closes or resets the own one by mistake."""
    try:
        account = visit.counter.accounts.get(visit.number("account"))
    except ParameterError:
        raise NotHereError from None
    if account.number == visit.account.number:
        message = N_("This is your own account")
        raise ParameterError(message, hint=N_("Another head can change it; or motif serve account reset."))
    return account
