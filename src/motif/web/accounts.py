"""Accounts, one-time codes and sessions. No secret is kept: a password as argon2id, the others as SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import argon2
import sqlalchemy as sa

from motif.errors import AccessDeniedError, ParameterError
from motif.messages import N_
from motif.registry.actor import Actor
from motif.registry.records.text import clean_title
from motif.web.actions import ALLOWED, ROLES, Action, Role
from motif.web.database import Database, accounts, add_row, codes, now, sessions
from motif.web.settings import Settings

LEAST_PASSWORD: Final = 10
MOST_PASSWORD: Final = 200
CODE_HOURS: Final = 24
_COMMON: Final = frozenset({"", "password", "katasandi", "passwordpassword", "qwertyuiop", "indonesia"})
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}")
_CODE_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LENGTH: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who may sign in.

    Parameters
    ----------
    number : int
    login : str
        What is typed to sign in, and what the ledger names; never used again for somebody else.
    name : str
        What pages and decisions call them.
    role : "maker", "officer", "head" or "auditor"
    language : "en", "id" or None
    made_at, closed_at : datetime, UTC, or None
    made_by : str
        Login of who made it; empty for the first.
    has_password : bool
        Whether the first code was used.
    """

    number: int
    login: str
    name: str
    role: Role
    language: str | None
    made_at: datetime
    made_by: str
    closed_at: datetime | None
    has_password: bool

    def may(self, action: Action) -> bool:
        """Tell whether the table allows this account an action."""
        return self.role in ALLOWED[action]

    def actor(self) -> Actor:
        """Return who acts in the registry."""
        return Actor(name=self.login, role=self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in.

    Parameters
    ----------
    account : Account
    csrf : str
        What each form of theirs sends along.
    """

    account: Account
    csrf: str


class Accounts:
    """The accounts of a counter.

    Parameters
    ----------
    database : Database
    settings : Settings
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._hasher = argon2.PasswordHasher(
            time_cost=1, memory_cost=settings.password_memory_kib, parallelism=1
        )
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def has_head(self) -> bool:
        """Tell whether somebody can keep the accounts."""
        return any(one.role == "head" and one.has_password and not one.closed_at for one in self.list())

    def list(self) -> Sequence[Account]:
        """Return all accounts, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(accounts).order_by(accounts.c.number))
            return [_account(row) for row in rows]

    def get(self, number: int) -> Account:
        """Return an account; raise ``ParameterError``."""
        with self._database.reading() as connection:
            return _account_of(connection, number)

    def invite(self, *, login: str, name: str, role: str, by: str) -> tuple[Account, str]:
        """Make an account without a password, and a one-time code with which its owner chooses one.

        Raises
        ------
        ParameterError
            If the login is not a short word, or somebody has, or had, it.
        """
        with self._database.writing() as connection:
            number = _added(connection, login=login, name=name, role=role, by=by)
            return _account_of(connection, number), _new_code(connection, number)

    def new_code(self, number: int) -> str:
        """Return a one-time code for an account that exists; its sessions and its password end.

        Parameters
        ----------
        number : int
        """
        with self._database.writing() as connection:
            _account_of(connection, number)
            connection.execute(sessions.delete().where(sessions.c.account == number))
            connection.execute(
                accounts.update().where(accounts.c.number == number).values(password=None, closed_at=None)
            )
            return _new_code(connection, number)

    def first_code(self) -> str:
        """Return a one-time code with which the first head makes an account."""
        with self._database.writing() as connection:
            return _new_code(connection, None)

    def account_of_code(self, code: str) -> Account | None:
        """Return whose code it is, None for that of the first head.

        Raises
        ------
        ParameterError
            If there is no such code any more.
        """
        with self._database.reading() as connection:
            number = _code_owner(connection, code)
            return None if number is None else _account_of(connection, number)

    def use_code(self, code: str, password: str, *, login: str = "", name: str = "") -> Account:
        """Choose a password by a one-time code; for the first head, login and name, too.

        Raises
        ------
        ParameterError
            If there is no such code any more, or the password is too easy to guess.
        """
        owner = self.account_of_code(code)
        require_password(password, owner.login if owner else login)
        hashed = self._hasher.hash(password)
        with self._database.writing() as connection:
            number = _code_owner(connection, code)  # once more: somebody may have used it just now
            connection.execute(codes.delete().where(codes.c.digest == _code_digest(code)))
            if number is None:
                number = _added(connection, login=login or "head", name=name or login, role="head", by="")
            connection.execute(codes.delete().where(codes.c.account == number))
            connection.execute(sessions.delete().where(sessions.c.account == number))
            connection.execute(accounts.update().where(accounts.c.number == number).values(password=hashed))
            return _account_of(connection, number)

    def change_password(self, account: Account, password: str) -> Account:
        """Choose another password; all sessions end.

        Raises
        ------
        ParameterError
            If it is too easy to guess.
        """
        require_password(password, account.login)
        hashed = self._hasher.hash(password)
        with self._database.writing() as connection:
            own = accounts.c.number == account.number
            connection.execute(accounts.update().where(own).values(password=hashed))
            connection.execute(sessions.delete().where(sessions.c.account == account.number))
        return account

    def with_password(self, login: str, password: str) -> Account | None:
        """Return the account of a login and its password; None, after the same time, if they do not fit."""
        login = login.strip().lower()
        with self._database.reading() as connection:
            row = connection.execute(sa.select(accounts).where(accounts.c.login == login)).one_or_none()
        hashed = self._nobody if row is None or not row.password else row.password
        try:
            self._hasher.verify(hashed, password[: MOST_PASSWORD + 1])
        except argon2.exceptions.VerificationError:
            return None
        if row is None or not row.password or row.closed_at is not None:
            return None
        return _account(row)

    def close(self, number: int) -> None:
        """Let nobody sign in to an account any more; it stays, since the ledger names it."""
        with self._database.writing() as connection:
            connection.execute(accounts.update().where(accounts.c.number == number).values(closed_at=now()))
            connection.execute(sessions.delete().where(sessions.c.account == number))
            connection.execute(codes.delete().where(codes.c.account == number))

    def choose_language(self, number: int, language: str) -> None:
        """Keep in which language an account reads."""
        with self._database.writing() as connection:
            connection.execute(accounts.update().where(accounts.c.number == number).values(language=language))

    def begin_session(self, account: Account) -> str:
        """Return a new token, which nobody knew before, for the cookie of who has just signed in."""
        token, at = secrets.token_urlsafe(32), now()
        with self._database.writing() as connection:
            connection.execute(sessions.delete().where(sessions.c.ends_at < at))
            connection.execute(
                sessions.insert().values(
                    digest=_digest(token),
                    account=account.number,
                    csrf=secrets.token_urlsafe(24),
                    began_at=at,
                    seen_at=at,
                    ends_at=at + timedelta(hours=self._settings.session_hours),
                )
            )
        return token

    def session(self, token: str) -> Session | None:
        """Return the session of a cookie; None if it has ended."""
        at, digest = now(), _digest(token)
        with self._database.reading() as connection:
            joined = sessions.join(accounts, sessions.c.account == accounts.c.number)
            columns = (*accounts.c, sessions.c.csrf, sessions.c.seen_at, sessions.c.ends_at)
            query = sa.select(*columns).select_from(joined).where(sessions.c.digest == digest)
            row = connection.execute(query).one_or_none()
        if row is None or row.closed_at is not None or row.ends_at < at:
            return None
        idle = at - row.seen_at
        if idle > timedelta(hours=self._settings.idle_hours):
            return None
        if idle > timedelta(minutes=1):
            with self._database.writing() as connection:
                connection.execute(sessions.update().where(sessions.c.digest == digest).values(seen_at=at))
        return Session(account=_account(row), csrf=row.csrf)

    def end_session(self, token: str) -> None:
        """Sign out on one device."""
        with self._database.writing() as connection:
            connection.execute(sessions.delete().where(sessions.c.digest == _digest(token)))

    def end_all_sessions(self, number: int) -> None:
        """Sign out everywhere."""
        with self._database.writing() as connection:
            connection.execute(sessions.delete().where(sessions.c.account == number))

    def count_sessions(self, number: int) -> int:
        """Return on how many devices an account is signed in."""
        with self._database.reading() as connection:
            query = sa.select(sa.func.count()).where(
                sessions.c.account == number, sessions.c.ends_at >= now()
            )
            return int(connection.scalar(query) or 0)


def require_password(password: str, login: str) -> None:
    """Refuse a password that is quickly guessed.

    Raises
    ------
    ParameterError
    """
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        message = N_("a password has {least} to {most} characters", least=LEAST_PASSWORD, most=MOST_PASSWORD)
        raise ParameterError(message, hint=N_("Three or four words in a row are easy to keep in mind."))
    plain = password.lower()
    is_known = plain.strip("0123456789!.") in _COMMON or (login and login in plain)
    if len(set(plain)) < 5 or is_known or plain.isdigit():
        raise ParameterError(
            N_("this password is quickly guessed"), hint=N_("Three or four words in a row do better.")
        )


def spelled_code(code: str) -> str:
    """Write a code in groups of four.

    Parameters
    ----------
    code : str

    Returns
    -------
    str

    Examples
    --------
    >>> spelled_code("abcdefgh2345")
    'abcd-efgh-2345'
    """
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _added(connection: sa.Connection, *, login: str, name: str, role: str, by: str) -> int:
    """Add an account without a password, and return its number."""
    login, name = login.strip().lower(), clean_title(name, name=N_("name"))
    if not _LOGIN.fullmatch(login):
        message = N_("the sign-in name {login!r:.60} has other characters", login=login)
        raise ParameterError(message, hint=N_("Use 2 to 39 letters a to z, digits, dots and dashes."))
    if role not in ROLES:
        raise ParameterError(N_("there is no role {role!r:.40}", role=role))
    if connection.scalar(sa.select(accounts.c.number).where(accounts.c.login == login)):
        raise ParameterError(
            N_("somebody has, or had, the sign-in name {login}", login=login),
            hint=N_("Choose another: the ledger names people by it."),
        )
    return add_row(connection, accounts, login=login, name=name, role=role, made_at=now(), made_by=by)


def _new_code(connection: sa.Connection, account: int | None) -> str:
    code = "".join(secrets.choice(_CODE_LETTERS) for _letter in range(_CODE_LENGTH))
    same = codes.c.account.is_(None) if account is None else codes.c.account == account
    connection.execute(codes.delete().where(same))
    ends_at = now() + timedelta(hours=CODE_HOURS)
    connection.execute(codes.insert().values(digest=_code_digest(code), account=account, ends_at=ends_at))
    return code


def _code_owner(connection: sa.Connection, code: str) -> int | None:
    """Return the number of a code's account, None for the first head's; raise if there is no such code."""
    row = connection.execute(sa.select(codes).where(codes.c.digest == _code_digest(code))).one_or_none()
    if row is None or row.ends_at < now():
        raise ParameterError(
            N_("this code is not known, or not any more"),
            hint=N_("A code serves once, for a day. Ask for a new one."),
        )
    return None if row.account is None else int(row.account)


def _code_digest(code: str) -> str:
    return _digest(re.sub(r"[\s-]", "", code).lower())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _account_of(connection: sa.Connection, number: int) -> Account:
    row = connection.execute(sa.select(accounts).where(accounts.c.number == number)).one_or_none()
    if row is None:
        raise ParameterError(N_("there is no account {number}", number=number))
    return _account(row)


def _account(row: Any) -> Account:
    return Account(
        number=row.number,
        login=row.login,
        name=row.name,
        role=row.role,
        language=row.language,
        made_at=row.made_at,
        made_by=row.made_by,
        closed_at=row.closed_at,
        has_password=bool(row.password),
    )


def same_secret(given: str, expected: str) -> bool:
    """Tell whether two secrets are one, in a time that does not tell how far they agree."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def denied(what: str) -> AccessDeniedError:
    """Say that a role does not include an action."""
    return AccessDeniedError(what, hint=N_("Ask the head of the office."))
