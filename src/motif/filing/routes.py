"""The routes by which a design is filed, as ``routes.toml`` beside this file tells them.

A field, file, check or condition that is added to the data is asked for, shown and checked without any code.
What is not verified is background: it is shown with the words "belum diverifikasi" and blocks nothing.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from motif.errors import ParameterError
from motif.filing.dossier import KINDS, Words
from motif.messages import N_

FORMAT: Final = 1
"""Number of the file's form."""

TESTS: Final = ("differs", "kind", "several", "present", "equals", "known")
"""How a condition is told."""

DECIDERS: Final = ("file", "flag", "human")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When something is asked that is not always asked.

    Parameters
    ----------
    key : str
    label : Words
    test : str, one of ``TESTS``
        The parties of two roles differ; a party of a role is of kind ``value``; several, or any, have the
        role; the field is ``value``; the field is known.
    roles : tuple of str
    field : str, such as ``"filing.applicant_kind"``
    value : str
    """

    key: str
    label: Words
    test: str
    roles: tuple[str, ...] = ()
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field of a route's form.

    Parameters
    ----------
    key : str
    label : Words
    required : bool
        Always asked; otherwise only where ``condition`` holds, or as the filer likes.
    maps_to : str
        Where its value is kept, such as ``"motif.title"`` or ``"party[role=pencipta].name"``.
    values : tuple of str
        What the form offers; empty for free text.
    default : str
    repeat : bool
        Whether there may be several, one for each person.
    block : tuple of FieldSpec
        Of a person: the fields that are asked for each.
    condition : Condition or None
    verified : bool
    sources : tuple of str
        The public pages that it rests on.
    note : Words or None
    """

    key: str
    label: Words
    required: bool
    maps_to: str
    values: tuple[str, ...] = ()
    default: str = ""
    repeat: bool = False
    block: tuple[FieldSpec, ...] = ()
    condition: Condition | None = None
    verified: bool = False
    sources: tuple[str, ...] = ()
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSpec:
    """A file that a route asks for.

    Parameters
    ----------
    key : str
    label : Words
    kind : str, one of ``dossier.KINDS``
    required : bool
    repeat : bool
    min_count : int
    formats : tuple of str
    max_mb : float
        0: no limit known.
    role : str
        Of the people of whom one is asked each; empty if it is asked once.
    signers : tuple of str
        Roles whose people sign it; empty for a paper that another office issues.
    meterai : bool
        Whether it is stamped.
    condition : Condition or None
    verified : bool
    sources : tuple of str
    note : Words or None
    """

    key: str
    label: Words
    kind: str
    required: bool
    repeat: bool = False
    min_count: int = 1
    formats: tuple[str, ...] = ()
    max_mb: float = 0
    role: str = ""
    signers: tuple[str, ...] = ()
    meterai: bool = False
    condition: Condition | None = None
    verified: bool = False
    sources: tuple[str, ...] = ()
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """Something to be checked before a filing, or a clause of the statement that its signer makes.

    Parameters
    ----------
    key : str
    label : Words
    basis : str
        The article or practice that it rests on.
    decides : "file", "flag" or "human"
        The program may block; the program warns; only a person answers.
    maps_to : str
    verified : bool
    sources : tuple of str
    note : Words or None
    """

    key: str
    label: Words
    basis: str
    decides: str
    maps_to: str = ""
    verified: bool = False
    sources: tuple[str, ...] = ()
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSpec:
    """A fee, as a source had it on some day.

    Parameters
    ----------
    key : str
    label : Words
    amount_idr : float, rupiah
    as_of : str
    verified : bool
    sources : tuple of str
    note : Words or None
    """

    key: str
    label: Words
    amount_idr: float
    as_of: str
    verified: bool = False
    sources: tuple[str, ...] = ()
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSpec:
    """One route.

    Parameters
    ----------
    key, slug : str
        Such as ``"copyright"`` and ``"hak-cipta"``, which ends the name of the filing's file.
    label : Words
    law, authority, portal, term : str
    annex_only : bool
        Whether the office prepares evidence for it only, and no form.
    fields : tuple of FieldSpec
        In the portal's order.
    files : tuple of FileSpec
    checks : tuple of CheckSpec
        Those of every route first.
    clauses : tuple of CheckSpec
        Of the statement, in a paraphrase.
    fees : tuple of FeeSpec
    account : tuple of FieldSpec
        What the owner types to get an account on the portal.
    notice : Words
        That it is no legal advice.
    forbidden : tuple of str
        Words that no text of a filing says.
    """

    key: str
    slug: str
    label: Words
    notice: Words
    law: str = ""
    authority: str = ""
    portal: str = ""
    term: str = ""
    annex_only: bool = False
    fields: tuple[FieldSpec, ...] = ()
    files: tuple[FileSpec, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    clauses: tuple[CheckSpec, ...] = ()
    fees: tuple[FeeSpec, ...] = ()
    account: tuple[FieldSpec, ...] = ()
    forbidden: tuple[str, ...] = ()

    def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions that its fields and files name, each once, in their order."""
        specs: tuple[FieldSpec | FileSpec, ...] = (*self.fields, *self.files)
        conditions = (spec.condition for spec in specs)
        return tuple({each.key: each for each in conditions if each is not None}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All routes.

    Parameters
    ----------
    as_of : str
        The day whose state of knowledge they are.
    routes : mapping of str to RouteSpec
        In the order in which they are offered.
    sources : mapping of str to str
        Key -> the public page.
    """

    as_of: str
    routes: Mapping[str, RouteSpec]
    sources: Mapping[str, str]

    def route(self, key: str) -> RouteSpec:
        """Return a route.

        Parameters
        ----------
        key : str

        Returns
        -------
        RouteSpec

        Raises
        ------
        ParameterError
            If there is none.
        """
        if key in self.routes:
            return self.routes[key]
        near = ", ".join(difflib.get_close_matches(key, self.routes, n=1)) or ", ".join(self.routes)
        raise ParameterError(
            N_("{key!r:.60} is not a route", key=key), hint=N_("Perhaps {names}?", names=near)
        )


@cache
def shipped_rules() -> Rules:
    """Return the routes that are shipped.

    Returns
    -------
    Rules

    Examples
    --------
    >>> shipped_rules().route("copyright").label.id
    'Pencatatan ciptaan (hak cipta)'
    >>> shipped_rules().route("ig").annex_only
    True
    """
    return read_rules(resources.files("motif.filing").joinpath("routes.toml").read_text(encoding="utf-8"))


def read_rules(text: str) -> Rules:
    """Read routes from the text of a file like ``routes.toml``.

    Parameters
    ----------
    text : str, TOML

    Returns
    -------
    Rules

    Raises
    ------
    ParameterError
        If it is malformed; the message names the row.
    """
    try:
        return _Reader(tomllib.loads(text)).rules()
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(N_("the routes are no TOML: {error}", error=error)) from error
    except KeyError as error:
        raise ParameterError(N_("a row of the routes lacks {name}", name=error)) from error


class _Reader:
    """Reads one file; rows refer to its blocks, conditions and sources by their keys."""

    def __init__(self, raw: dict[str, Any]) -> None:
        if raw.get("format") != FORMAT:
            values = {"value": raw.get("format"), "format": FORMAT}
            raise ParameterError(N_("format {value!r} of the routes; expected {format}", **values))
        self._raw = raw
        self._conditions = {key: self._condition(key, row) for key, row in raw["conditions"].items()}

    def rules(self) -> Rules:
        routes = {key: self._route(key, row) for key, row in self._raw["routes"].items()}
        annexes = (row for row in self._raw.get("other_routes", []) if row.get("annex"))
        routes |= {row["key"]: self._annex(row) for row in annexes}
        return Rules(
            as_of=str(self._raw["as_of"]),
            routes=MappingProxyType(routes),
            sources=MappingProxyType(dict(self._raw["sources"])),
        )

    def _route(self, key: str, row: dict[str, Any]) -> RouteSpec:
        checks = [*self._raw["common_checks"], *row["checks"]]
        return RouteSpec(
            key=key,
            slug=row["slug"],
            label=_label(row),
            notice=self._notice(),
            law=row["law"],
            authority=row["authority"],
            portal=row["portal"],
            term=row.get("term", ""),
            fields=tuple(self._field(each) for each in row["fields"]),
            files=tuple(self._file(each) for each in row["files"]),
            checks=tuple(self._check(each) for each in checks),
            clauses=tuple(self._check(each) for each in row.get("statement_clauses", [])),
            fees=tuple(self._fee(each) for each in row["fees"]),
            account=tuple(self._account(each) for each in self._raw["portal_account"]),
            forbidden=tuple(self._raw["wording"]["forbidden"]),
        )

    def _annex(self, row: dict[str, Any]) -> RouteSpec:
        return RouteSpec(
            key=row["key"],
            slug=row["slug"],
            label=_label(row),
            notice=self._notice(),
            annex_only=True,
            checks=tuple(self._check(each) for each in self._raw["common_checks"]),
            forbidden=tuple(self._raw["wording"]["forbidden"]),
        )

    def _notice(self) -> Words:
        return Words(id=self._raw["notice_id"], en=self._raw["notice_en"])

    def _field(self, row: dict[str, Any]) -> FieldSpec:
        block = self._raw[row["block"]] if "block" in row else []
        return FieldSpec(
            required=_flag(row, "required"),
            maps_to=row["maps_to"],
            values=tuple(row.get("values", ())),
            default=row.get("default", ""),
            repeat=row.get("repeat", False),
            block=tuple(self._field(each) for each in block),
            condition=self._required_if(row),
            **self._common(row),
        )

    def _account(self, row: dict[str, Any]) -> FieldSpec:
        return FieldSpec(
            required=False,
            maps_to="account.stored" if row["stored"] else "account.typed_by_owner",
            values=tuple(row.get("values", ())),
            **self._common(row),
        )

    def _file(self, row: dict[str, Any]) -> FileSpec:
        if row["kind"] not in KINDS:
            values = {"key": row["key"], "kind": row["kind"], "kinds": ", ".join(KINDS)}
            raise ParameterError(N_("{key}: kind {kind!r}; expected one of {kinds}", **values))
        return FileSpec(
            kind=row["kind"],
            required=_flag(row, "required"),
            repeat=row.get("repeat", False),
            min_count=row.get("min_count", 1),
            formats=tuple(row["formats"]),
            max_mb=row["max_mb"],
            role=row.get("role", ""),
            signers=tuple(row.get("signers", ())),
            meterai=row.get("meterai", False),
            condition=self._required_if(row),
            **self._common(row),
        )

    def _check(self, row: dict[str, Any]) -> CheckSpec:
        if row["decides"] not in DECIDERS:
            values = {"key": row["key"], "value": row["decides"], "known": ", ".join(DECIDERS)}
            raise ParameterError(N_("{key}: decides {value!r}; expected one of {known}", **values))
        return CheckSpec(
            basis=row.get("basis", ""),
            decides=row["decides"],
            maps_to=row.get("maps_to", ""),
            **self._common(row),
        )

    def _fee(self, row: dict[str, Any]) -> FeeSpec:
        return FeeSpec(amount_idr=row["amount_idr"], as_of=row["as_of"], **self._common(row))

    def _condition(self, key: str, row: dict[str, Any]) -> Condition:
        if row["test"] not in TESTS:
            values = {"key": key, "value": row["test"], "known": ", ".join(TESTS)}
            raise ParameterError(N_("{key}: test {value!r}; expected one of {known}", **values))
        return Condition(
            key=key,
            label=_label(row),
            test=row["test"],
            roles=tuple(row.get("roles", ())),
            field=row.get("field", ""),
            value=row.get("value", ""),
        )

    def _required_if(self, row: dict[str, Any]) -> Condition | None:
        key = row.get("required_if")
        if key is None:
            return None
        if key not in self._conditions:
            values = {"key": row["key"], "name": key}
            raise ParameterError(N_("{key}: there is no condition {name!r}", **values))
        return self._conditions[key]

    def _common(self, row: dict[str, Any]) -> dict[str, Any]:
        sources = tuple(row.get("src", ()))
        unknown = next((name for name in sources if name not in self._raw["sources"]), None)
        if unknown is not None:
            raise ParameterError(N_("{key}: there is no source {name!r}", key=row["key"], name=unknown))
        note = row.get("note", "")
        return {
            "key": row["key"],
            "label": _label(row),
            "verified": _flag(row, "verified"),
            "sources": tuple(self._raw["sources"][name] for name in sources),
            "note": Words(id=row.get("note_id", note), en=note) if note else None,
        }


def _label(row: dict[str, Any]) -> Words:
    return Words(id=row["label_id"], en=row["label_en"])


def _flag(row: dict[str, Any], name: str) -> bool:
    value = row[name]
    if not isinstance(value, bool):
        values = {"key": row.get("key", "?"), "name": name, "value": value}
        raise ParameterError(N_("{key}: {name}={value!r}; expected true or false", **values))
    return value
