"""The words of the craft and of the filing routes, with ids, labels in two languages and what is verified.

The terms are in ``terms.toml`` beside this file. A term that is not verified is background: show it
with a mark, and block nothing on it.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from motif.errors import ParameterError
from motif.messages import N_, current_language

FORMAT: Final = 1
"""Number of the file's form."""

_OWN = frozenset({"key", "label_id", "label_en", "verified", "src", "note", "aat", "aat_match"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of one list.

    Parameters
    ----------
    list : str, such as ``"techniques"``
    key : str
        Its id within the list; what records hold.
    label_id, label_en : str
        Indonesian (or Javanese), the one to print, and an English gloss.
    verified : bool
        Whether the term and its place in the list are in the public source named by ``src``.
    src : tuple of str
        Keys of ``sources()``.
    note : str
    aat, aat_match : str
        Concept of the Getty AAT and how well it fits ("exact", "close", "broad"); empty if not known.
    more : mapping
        What only this list tells, such as ``pending`` of a filing's status.
    """

    list: str
    key: str
    label_id: str
    label_en: str
    verified: bool
    src: tuple[str, ...] = ()
    note: str = ""
    aat: str = ""
    aat_match: str = ""
    more: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def label(self, language: str | None = None) -> str:
        """Return the label in a language; by default in the one in use."""
        return self.label_id if (language or current_language()) == "id" else self.label_en

    def to_json(self) -> dict[str, Any]:
        """Return the term as JSON-ready values."""
        names = ("list", "key", "label_id", "label_en", "verified", "aat")
        return {name: getattr(self, name) for name in names}


def term(name: str, key: str) -> Term:
    """Look a term up.

    Parameters
    ----------
    name : str
        Of the list.
    key : str

    Returns
    -------
    Term

    Raises
    ------
    ParameterError
        If the list has no such term; the hint names those that it has, or the nearest.

    Examples
    --------
    >>> term("techniques", "ciprat").label("id"), term("techniques", "ciprat").verified
    ('batik ciprat', True)
    """
    by_key = terms(name)
    if key in by_key:
        return by_key[key]
    near, names = ", ".join(difflib.get_close_matches(key, by_key, n=3)), ", ".join(by_key)
    hint = N_("Terms: {names}.", names=names)
    if near:
        hint = N_("Perhaps {near}? Terms: {names}.", near=near, names=names)
    raise ParameterError(N_("{key!r:.60} is not a term of {name}", key=key, name=name), hint=hint)


@cache
def terms(name: str) -> MappingProxyType[str, Term]:
    """Return a list's terms by key, in order.

    Parameters
    ----------
    name : str
        Of the list.

    Returns
    -------
    mapping of str to Term, read-only

    Examples
    --------
    >>> list(terms("part_verdicts"))
    ['sama', 'mirip', 'berbeda', 'tidak_dapat_dinilai']
    """
    if name not in lists():
        raise ParameterError(
            N_("{name!r:.60} is not a list of terms", name=name),
            hint=N_("Lists: {names}.", names=", ".join(lists())),
        )
    return MappingProxyType({raw["key"]: _term(name, raw) for raw in _file()[name]})


def lists() -> tuple[str, ...]:
    """Name the lists."""
    return tuple(name for name, value in _file().items() if isinstance(value, list))


def sources() -> dict[str, str]:
    """Return the public sources by the keys that ``Term.src`` holds."""
    return dict(_file()["sources"])


@cache
def _file() -> dict[str, Any]:
    text = resources.files(__name__).joinpath("terms.toml").read_text(encoding="utf-8")
    value = tomllib.loads(text)
    if value["format"] != FORMAT:
        raise ParameterError(
            N_("vocabulary format {value!r}; expected {format}", value=value["format"], format=FORMAT)
        )
    return value


def _term(name: str, raw: dict[str, Any]) -> Term:
    own = {key: value for key, value in raw.items() if key in _OWN}
    own["src"] = tuple(own.get("src", ()))
    more = {key: value for key, value in raw.items() if key not in _OWN}
    return Term(list=name, more=MappingProxyType(more), **own)
