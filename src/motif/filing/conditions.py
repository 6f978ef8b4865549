"""When something is asked that is not always asked: conditions of the routes, answered of the facts."""

from __future__ import annotations

from motif.filing.dossier import MET, OPEN, UNMET, Answer, Words
from motif.filing.facts import Facts, raw, words
from motif.filing.routes import Condition
from motif.messages import N_
from motif.vocabulary import term


def condition_answer(facts: Facts, condition: Condition) -> Answer:
    """Tell whether a condition holds.

    Parameters
    ----------
    facts : Facts
    condition : Condition

    Returns
    -------
    Answer
        *terpenuhi* if it holds, *tidak terpenuhi* if it does not, open if that cannot be told yet.
    """
    state, reason = _TESTS[condition.test](facts, condition)
    return Answer(state=state, reason=reason)


def _differs(facts: Facts, condition: Condition) -> tuple[str, Words]:
    groups = [facts.people(role) for role in condition.roles]
    for role, people in zip(condition.roles, groups, strict=True):
        if not people:
            return OPEN, words(N_("Nobody is recorded as {role} yet."), role=_role(role))
    first, *others = ({party.id for party in people} for people in groups)
    if any(other != first for other in others):
        return MET, words(N_("They are not the same people."))
    return UNMET, words(N_("They are the same people."))


def _kind(facts: Facts, condition: Condition) -> tuple[str, Words]:
    people = [party for role in condition.roles for party in facts.people(role)]
    if not people:
        return OPEN, words(N_("Nobody is recorded as {role} yet."), role=_role(condition.roles[0]))
    for party in people:
        if party.party_kind == condition.value:
            return MET, words(N_("{name} is of this kind."), name=party.name or party.id)
    unknown = next((party for party in people if party.party_kind is None), None)
    if unknown is not None:
        return OPEN, words(
            N_("Of what kind {name} is, is not recorded yet."), name=unknown.name or unknown.id
        )
    return UNMET, words(N_("None of them is of this kind."))


def _several(facts: Facts, condition: Condition) -> tuple[str, Words]:
    people = {party.id for role in condition.roles for party in facts.people(role)}
    if not people:
        return OPEN, words(N_("Nobody is recorded as {role} yet."), role=_role(condition.roles[0]))
    return (MET if len(people) > 1 else UNMET), words(N_("Recorded: {count}."), count=len(people))


def _present(facts: Facts, condition: Condition) -> tuple[str, Words]:
    people = [party for role in condition.roles for party in facts.people(role)]
    if people:
        return MET, words(N_("Recorded: {count}."), count=len(people))
    return UNMET, words(N_("Nobody is recorded as {role}."), role=_role(condition.roles[0]))


def _equals(facts: Facts, condition: Condition) -> tuple[str, Words]:
    values = raw(facts, condition.field)
    if not values:
        return OPEN, words(N_("It is not recorded yet."))
    return (MET if condition.value in values else UNMET), words(
        N_("Recorded: {value}."), value=facts.known(condition.field)
    )


def _known(facts: Facts, condition: Condition) -> tuple[str, Words]:
    value = facts.known(condition.field)
    if value:
        return MET, words(N_("Recorded: {value}."), value=value)
    return UNMET, words(N_("Nothing is recorded."))


def _role(role: str) -> Words:
    known = term("roles", role)
    return Words(id=known.label_id, en=known.label_en)


_TESTS = {
    "differs": _differs,
    "kind": _kind,
    "several": _several,
    "present": _present,
    "equals": _equals,
    "known": _known,
}
