"""Which role may do what: the one table. Each route names an action; one that names none fails the tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from motif.messages import N_

Role = Literal["maker", "officer", "head", "auditor"]
Action = Literal[
    "knock",  # what nobody need be signed in for
    "look",
    "own account",
    "photograph",
    "check",
    "decide",
    "overrule",
    "register",
    "see filings",
    "file",
    "release pictures",
    "see everyone's",
    "see the ledger",
    "see accounts",
    "change accounts",
]

ROLES: Final[Mapping[Role, str]] = {
    "maker": N_("maker"),
    "officer": N_("officer"),
    "head": N_("head"),
    "auditor": N_("auditor"),
}
DUTIES: Final[Mapping[Role, str]] = {
    "maker": N_("takes photos and asks; sees the own answers"),
    "officer": N_("does everything at the counter"),
    "head": N_("does everything, keeps the accounts, may overrule a decision"),
    "auditor": N_("reads everything, changes nothing"),
}

_COUNTER: Final = frozenset[Role]({"officer", "head"})
_EVERYONE: Final = frozenset[Role](ROLES)

ALLOWED: Final[Mapping[Action, frozenset[Role]]] = {
    "knock": _EVERYONE,
    "look": _EVERYONE,
    "own account": _EVERYONE,
    "photograph": _COUNTER | {"maker"},
    "check": _COUNTER | {"maker"},
    "decide": _COUNTER,
    "overrule": frozenset({"head"}),
    "register": _COUNTER,
    "see filings": _COUNTER | {"auditor"},
    "file": _COUNTER,
    "release pictures": frozenset({"head"}),
    "see everyone's": _COUNTER | {"auditor"},
    "see the ledger": frozenset({"head", "auditor"}),
    "see accounts": frozenset({"head", "auditor"}),
    "change accounts": frozenset({"head"}),
}
"""Action -> the roles that may do it."""
