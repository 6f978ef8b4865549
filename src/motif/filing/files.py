"""What files a route asks for: photos, identity papers that were seen, letters, deeds."""

from __future__ import annotations

from collections.abc import Sequence

from motif.filing.conditions import condition_answer
from motif.filing.dossier import MET, OPEN, UNMET, Answer, Words
from motif.filing.facts import Facts, words
from motif.filing.fields import clause_of, missing_state
from motif.filing.routes import FileSpec
from motif.messages import N_
from motif.registry.records.entry import EntryPhoto
from motif.registry.records.filing import Document
from motif.registry.records.people import Party

DESCRIPTION = "uraian"
"""Key of the file that the record's own description is made into."""
_STAMPED = ("tempel", "elektronik")
_MEDIA_TYPES = {"PDF": "application/pdf", "JPEG": "image/jpeg", "PNG": "image/png", "MP4": "video/mp4"}


def file_answer(facts: Facts, spec: FileSpec) -> Answer:
    """Tell whether a file that a route asks for is there.

    Parameters
    ----------
    facts : Facts
    spec : FileSpec

    Returns
    -------
    Answer
    """
    state, reason = _judged(facts, spec)
    return Answer(state=state, reason=reason, clause=clause_of(spec.sources), verified=spec.verified)


def is_wanted(facts: Facts, spec: FileSpec) -> bool:
    """Tell whether a file belongs into the filing: always, by its condition, or because there is one.

    Parameters
    ----------
    facts : Facts
    spec : FileSpec

    Returns
    -------
    bool
    """
    if spec.condition is not None:
        return condition_answer(facts, spec.condition).state != UNMET
    return spec.required or bool(facts.documents(spec.key) or photos_of(facts, spec))


def photos_of(facts: Facts, spec: FileSpec) -> tuple[EntryPhoto, ...]:
    """Return the photos of a row: those that were chosen, otherwise the entry's own.

    Parameters
    ----------
    facts : Facts
    spec : FileSpec

    Returns
    -------
    tuple of EntryPhoto
        Of a row that takes one, the first.
    """
    if spec.kind != "image":
        return ()
    photos = facts.photos(spec.key, all_by_default=spec.required)
    return photos if spec.repeat else photos[:1]


def signers_of(facts: Facts, spec: FileSpec) -> tuple[Party, ...]:
    """Return who signs a letter, each once.

    Parameters
    ----------
    facts : Facts
    spec : FileSpec

    Returns
    -------
    tuple of Party
    """
    people = (party for role in spec.signers for party in facts.people(role))
    return tuple({party.id: party for party in people}.values())


def _judged(facts: Facts, spec: FileSpec) -> tuple[str, Words]:
    if spec.condition is not None:
        condition = condition_answer(facts, spec.condition)
        if condition.state != MET:
            return _not_asked(spec, condition)
    elif not spec.required and not is_wanted(facts, spec):
        return MET, words(N_("Not asked of everybody."))
    if spec.signers:
        return _letter(facts, spec)
    judge = {"image": _photos, "identity": _identity}.get(spec.kind, _paper)
    return judge(facts, spec)


def _not_asked(spec: FileSpec, condition: Answer) -> tuple[str, Words]:
    assert spec.condition is not None
    label = spec.condition.label
    if condition.state == UNMET:
        return MET, words(N_("Not asked here: “{condition}” does not hold."), condition=label)
    return OPEN, words(N_("Asked only where “{condition}” holds, which cannot be told yet."), condition=label)


def _photos(facts: Facts, spec: FileSpec) -> tuple[str, Words]:
    if facts.pictures_closed:
        return UNMET, words(
            N_("The design is {access}: no picture leaves without the recorded consent of the head."),
            access=facts.known("motif.access_class"),
        )
    photos, missing = photos_of(facts, spec), missing_state(verified=spec.verified)
    if len(photos) < spec.min_count:
        values = {"count": len(photos), "least": spec.min_count}
        return missing, words(N_("{count} of {least} photos."), **values)
    chosen = facts.photos(spec.key, all_by_default=False)
    if chosen:
        return MET, words(N_("Photos chosen: {count}."), count=len(photos))
    return MET, words(
        N_("Nobody chose photos; taken: {names}."), names=", ".join(photo.name for photo in photos)
    )


def _identity(facts: Facts, spec: FileSpec) -> tuple[str, Words]:
    """Judge papers that are only seen, and never kept."""
    missing = missing_state(verified=spec.verified)
    seen = [document for document in facts.documents(spec.key) if document.seen_by]
    people = facts.people(spec.role) if spec.role else ()
    if spec.role and not people:
        return missing, words(N_("It is not known yet whose it is."))
    unseen = [party for party in people if not _is_seen(party, seen, alone=len(people) == 1)]
    if unseen or not seen:
        names = ", ".join(str(party.name or party.id) for party in unseen)
        if not names:
            return missing, words(N_("Nobody has seen it yet."))
        return missing, words(N_("Not seen yet: that of {names}."), names=names)
    last = seen[-1]
    return MET, words(N_("Seen by {by} on {day}; not kept."), by=last.seen_by, day=last.seen_on or "?")


def _is_seen(party: Party, seen: Sequence[Document], *, alone: bool) -> bool:
    return any(document.person == party.id or (alone and document.person is None) for document in seen)


def _letter(facts: Facts, spec: FileSpec) -> tuple[str, Words]:
    missing, documents = missing_state(verified=spec.verified), facts.documents(spec.key)
    people = signers_of(facts, spec)
    if not people:
        return missing, words(N_("It is not known yet who signs it."))
    signed = {signer for document in documents for signer in document.signers or ()}
    unsigned = [party for party in people if party.id not in signed]
    if not any(document.signers for document in documents):
        return missing, words(N_("Not signed yet; a draft is in the file."))
    if unsigned:
        names = ", ".join(str(party.name or party.id) for party in unsigned)
        return missing, words(N_("Not signed yet by {names}."), names=names)
    if not all(document.date for document in documents if document.signers):
        return missing, words(N_("Signed; when is not recorded."))
    if spec.meterai and not any(document.meterai in _STAMPED for document in documents):
        return missing, words(N_("Signed; the meterai is not recorded."))
    problem = _file_problem(facts, spec, documents)
    if problem is not None:
        return problem
    return MET, words(N_("Signed on {day}."), day=max(str(each.date) for each in documents if each.date))


def _paper(facts: Facts, spec: FileSpec) -> tuple[str, Words]:
    documents = facts.documents(spec.key)
    if spec.kind == "specimen" and (place := facts.known("specimen.storage")):
        return MET, words(N_("Kept at: {place}."), place=place)
    if not documents and spec.key == DESCRIPTION and facts.motif.description_short:
        return MET, words(N_("Made from the short description."))
    if not documents:
        return missing_state(verified=spec.verified), words(N_("It is missing."))
    problem = _file_problem(facts, spec, documents)
    if problem is not None:
        return problem
    last = documents[-1]
    if last.paper:
        return MET, words(N_("Kept as {paper}."), paper=last.paper)
    if last.seen_by:
        return MET, words(N_("Seen by {by} on {day}."), by=last.seen_by, day=last.seen_on or "?")
    return MET, words(N_("Recorded: {value}."), value=last.number or last.name or last.date or spec.label)


def _file_problem(facts: Facts, spec: FileSpec, documents: Sequence[Document]) -> tuple[str, Words] | None:
    """Return what is wrong with the kept files of a row; None if nothing is, or none is kept."""
    missing = missing_state(verified=spec.verified)
    for document in documents:
        if document.paper and document.paper not in facts.papers:
            return missing, words(N_("{paper} was erased."), paper=document.paper)
        allowed = {_MEDIA_TYPES.get(name, name) for name in spec.formats}
        if document.media_type and allowed and document.media_type not in allowed:
            values = {"kind": document.media_type, "formats": ", ".join(spec.formats)}
            return OPEN, words(N_("The file is {kind}; asked for is {formats}."), **values)
        if spec.max_mb and (document.size_bytes or 0) > spec.max_mb * 1_000_000:
            size, most = round((document.size_bytes or 0) / 1e6, 1), spec.max_mb
            return missing, words(N_("The file has {size} MB; at most {most}."), size=size, most=most)
    return None
