"""Work that was asked for on a page: kept in the database, so that a restart loses and doubles nothing."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from motif.errors import MotifError
from motif.messages import N_
from motif.registry.actor import Actor
from motif.times import iso
from motif.web.accounts import Account, Accounts
from motif.web.database import Database, add_row, jobs, now, photos
from motif.web.folder import Folder
from motif.web.tasks import Errand, Outcome, failure
from motif.web.workbench import IN_QUIET, SOMEBODY_WAITS, SOON, Workbench

State = Literal["waiting", "working", "done", "failed"]
UNFINISHED: Final = ("waiting", "working")
MOST_TRIES: Final = 20
"""Times that the program may end while it does a job, before it is left."""
_URGENCY: Final = {"draw": SOON, "traits": IN_QUIET}
SERVER: Final = Actor(name="motif serve", role="owner")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One thing that was asked for.

    Parameters
    ----------
    number : int
    kind : "look", "check", "draw", "register", "label" or "report"
    account : int
        Of who asked.
    photo : int or None
    subject : mapping
    state : "waiting", "working", "done" or "failed"
    asked_at, ended_at : datetime, UTC
    answer : mapping
        What came of it, or the problem.
    """

    number: int
    kind: str
    account: int
    photo: int | None
    subject: Mapping[str, Any]
    state: State
    asked_at: datetime
    ended_at: datetime | None
    answer: Mapping[str, Any]

    @property
    def is_finished(self) -> bool:
        """Whether there is an answer or a problem."""
        return self.state not in UNFINISHED


class Jobs:
    """The jobs of a counter.

    Parameters
    ----------
    database : Database
    folder : Folder
    accounts : Accounts
    workbench : Workbench
    """

    def __init__(self, database: Database, folder: Folder, accounts: Accounts, workbench: Workbench) -> None:
        self._database, self._folder = database, folder
        self._accounts, self._workbench = accounts, workbench

    def resume(self) -> None:
        """Go on with what was under way when the program ended."""
        with self._database.writing() as connection:
            connection.execute(jobs.update().where(jobs.c.state == "working").values(state="waiting"))
            query = sa.select(jobs.c.number).where(jobs.c.state == "waiting").order_by(jobs.c.number)
            waiting = list(connection.scalars(query))
        for number in waiting:
            self._start(number)

    def ask(
        self, kind: str, account: Account, subject: Mapping[str, Any], *, photo: int | None = None
    ) -> Job:
        """Have something done, unless the same is under way for the same photo.

        Parameters
        ----------
        kind : str
        account : Account
            In whose name.
        subject : mapping
        photo : int, optional
            Number of the photo.

        Returns
        -------
        Job
        """
        with self._database.writing() as connection:
            if photo is not None:
                same = (jobs.c.kind == kind, jobs.c.photo == photo, jobs.c.state.in_(UNFINISHED))
                found = connection.execute(sa.select(jobs).where(*same).order_by(jobs.c.number)).first()
                if found is not None and found.subject == dict(subject):
                    return _job(found)
            values = {"kind": kind, "account": account.number, "photo": photo, "subject": dict(subject)}
            number = add_row(connection, jobs, **values, state="waiting", tries=0, asked_at=now())
        self._start(number)
        return self.get(number)

    def draw(self, check: Job, account: Account) -> Job:
        """Have the matches of an answer drawn, unless they are or were.

        Parameters
        ----------
        check : Job
            That found something.
        account : Account
            Of who asked for the check.

        Returns
        -------
        Job
        """
        subject = {"sha256": check.subject["sha256"], "check": check.number}
        known = [one for one in self.of_photo(check.photo or 0, "draw") if one.subject == subject]
        return known[0] if known else self.ask("draw", account, subject, photo=check.photo)

    def get(self, number: int) -> Job:
        """Return a job; raise ``LookupError``."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.number == number)).one_or_none()
        if row is None:
            raise LookupError(number)
        return _job(row)

    def of_photo(self, photo: int, kind: str) -> list[Job]:
        """Return the jobs of a kind for a photo, newest first."""
        with self._database.reading() as connection:
            query = sa.select(jobs).where(jobs.c.photo == photo, jobs.c.kind == kind)
            return [_job(row) for row in connection.execute(query.order_by(jobs.c.number.desc()))]

    def newest_of(self, numbers: Collection[int], kind: str) -> dict[int, Job]:
        """Return the newest job of a kind for each of some photos that has one."""
        with self._database.reading() as connection:
            query = sa.select(jobs).where(jobs.c.photo.in_(numbers), jobs.c.kind == kind)
            rows = connection.execute(query.order_by(jobs.c.number))
            return {row.photo: _job(row) for row in rows}

    def ahead_of(self, job: Job) -> int:
        """Return how many other jobs were asked for before it and are unfinished."""
        with self._database.reading() as connection:
            query = sa.select(sa.func.count()).where(
                jobs.c.state.in_(UNFINISHED), jobs.c.number < job.number, jobs.c.kind != "traits"
            )
            return int(connection.scalar(query) or 0)

    def _start(self, number: int) -> None:
        job = self.get(number)
        account = self._accounts.get(job.account)
        subject = {**job.subject, "job": job.number, "asked_at": iso(job.asked_at)}
        if job.kind == "check":
            subject["check"] = job.number
        actor = SERVER if job.kind == "traits" else account.actor()
        errand = Errand(kind=job.kind, folder=self._folder.path, actor=actor, subject=subject)
        with self._database.writing() as connection:
            mine = jobs.update().where(jobs.c.number == number, jobs.c.state == "waiting")
            values = {"state": "working", "tries": jobs.c.tries + 1}
            if not connection.execute(mine.values(**values)).rowcount:
                return
            tries = connection.scalar(sa.select(jobs.c.tries).where(jobs.c.number == number)) or 0
        if tries > MOST_TRIES:
            message = N_("the program ended {count} times while it did this", count=MOST_TRIES)
            self._end(job, failure(MotifError(message, hint=N_("Try another photo of the cloth."))))
            return
        urgency = _URGENCY.get(job.kind, SOMEBODY_WAITS)
        future = self._workbench.do(errand, urgency=urgency)
        future.add_done_callback(lambda done: self._end(job, done.result()))

    def _end(self, job: Job, outcome: Outcome) -> None:
        state = "failed" if outcome.failed else "done"
        try:
            with self._database.writing() as connection:
                connection.execute(
                    jobs.update()
                    .where(jobs.c.number == job.number)
                    .values(state=state, ended_at=now(), answer=dict(outcome.answer))
                )
                if job.kind == "register" and not outcome.failed:
                    values = {"entry": outcome.answer["entry"]}
                    connection.execute(photos.update().where(photos.c.number == job.photo).values(**values))
        except Exception:
            _log.exception("the outcome of job %s could not be kept", job.number)
            return
        if not outcome.failed:
            self._follow(job, outcome)

    def _follow(self, job: Job, outcome: Outcome) -> None:
        """Ask for what follows from a finished job."""
        account = self._accounts.get(job.account)
        if job.kind == "check" and outcome.answer["entry"] is not None:
            self.draw(job, account)
        if job.kind == "register":
            self.ask("traits", account, {"entry": outcome.answer["entry"]})


def _job(row: Any) -> Job:
    return Job(
        number=row.number,
        kind=row.kind,
        account=row.account,
        photo=row.photo,
        subject=row.subject,
        state=row.state,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        answer=row.answer or {},
    )
