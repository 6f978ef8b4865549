"""The checks before a filing: what the record answers, and what only a person can."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Final

from motif.filing.conditions import condition_answer
from motif.filing.dossier import CONDITION, MET, OPEN, STATES, UNMET, Answer, CheckRow, Clause, Words
from motif.filing.facts import Facts, role_of, words
from motif.filing.fields import clause_of
from motif.filing.files import file_answer, is_wanted
from motif.filing.prior import SEARCH_DAYS, Indication
from motif.filing.routes import CheckSpec, FileSpec
from motif.filing.values import said_in
from motif.messages import N_
from motif.registry.records.filing import CheckAnswer
from motif.registry.records.people import Party
from motif.report.phrases import date
from motif.vocabulary import term

Finding = tuple[str, Words]
"""A state and the reason for it."""

CONDITIONS: Final = Words(id="Syarat", en="Conditions")
SEARCH: Final = Words(id="Penelusuran", en="Prior search")
PEOPLE: Final = ("pencipta", "pendesain", "pemohon", "pemegang_hak", "kuasa", "kustodian", "pelapor")
"""Roles whose people stand in a form."""

_GRACE_MONTHS: Final = 6
_WBTB_YEARS: Final = 50
_TERM_YEARS: Final = 10


def check_rows(facts: Facts) -> tuple[CheckRow, ...]:
    """Return the conditions, the prior search and the checks of a filing, answered.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of CheckRow
    """
    conditions = (
        CheckRow(
            key=each.key,
            label=each.label,
            answer=condition_answer(facts, each),
            decides=CONDITION,
            group=CONDITIONS,
        )
        for each in facts.route.conditions()
    )
    checks = (
        CheckRow(key=spec.key, label=spec.label, answer=check_answer(facts, spec), decides=spec.decides)
        for spec in facts.route.checks
    )
    return (*conditions, *search_rows(facts), *checks)


def clause_rows(facts: Facts) -> tuple[Clause, ...]:
    """Return the clauses of the statement that the signer makes, with what the record says of each.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of Clause
    """
    return tuple(
        Clause(key=spec.key, label=spec.label, answer=check_answer(facts, spec))
        for spec in facts.route.clauses
    )


def check_answer(facts: Facts, spec: CheckSpec) -> Answer:
    """Answer one check: what a person answered, otherwise what the record says.

    Parameters
    ----------
    facts : Facts
    spec : CheckSpec

    Returns
    -------
    Answer
    """
    answers = (answer for answer in facts.filing.answers or () if answer.key == spec.key and answer.answer)
    given = next(answers, None)
    if given is not None:
        state, reason = str(given.answer), _given(given)
    elif spec.key in _BY_KEY:
        state, reason = _BY_KEY[spec.key](facts)
    else:
        state, reason = _of_the_record(facts, spec)
    return Answer(
        state=state,
        reason=reason,
        clause="; ".join(filter(None, (spec.basis, clause_of(spec.sources)))),
        verified=spec.verified,
    )


def search_rows(facts: Facts) -> tuple[CheckRow, ...]:
    """Return what the prior search says: its age, each indication, the classics, the history, the style.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of CheckRow
    """
    rows: tuple[tuple[str, Words, Finding, bool], ...] = (
        ("penelusuran.tanggal", words(N_("Date of the search")), _search_date(facts), True),
        (
            "penelusuran.indikasi",
            words(N_("Indications, and what people decided")),
            _indications(facts),
            True,
        ),
        ("penelusuran.klasik", words(N_("Classic motifs")), _classic(facts), True),
        ("penelusuran.riwayat", words(N_("Shown or sold before")), _disclosure(facts), False),
        ("penelusuran.gaya", words(N_("Likeness of style, apart")), _style(facts), True),
    )
    return tuple(
        CheckRow(
            key=key, label=label, answer=Answer(state=state, reason=reason, verified=verified), group=SEARCH
        )
        for key, label, (state, reason), verified in rows
    )


def worst_first(rows: tuple[CheckRow, ...]) -> tuple[CheckRow, ...]:
    """Sort checks: what is not fulfilled first, then what is open.

    Parameters
    ----------
    rows : tuple of CheckRow

    Returns
    -------
    tuple of CheckRow
        Conditions come last: one that does not hold is no defect.
    """
    return tuple(sorted(rows, key=lambda row: (row.group == CONDITIONS, STATES.index(row.answer.state))))


def _given(answer: CheckAnswer) -> Words:
    if answer.reason and answer.by:
        return words(N_("{reason} ({by}, {day})"), reason=answer.reason, by=answer.by, day=answer.date or "?")
    return words(N_("Answered by {by} on {day}."), by=answer.by or "?", day=answer.date or "?")


def _of_the_record(facts: Facts, spec: CheckSpec) -> Finding:
    """Answer a check that has no rule of its own: is there something in its place of the record?"""
    if spec.decides == "human":
        return OPEN, words(N_("Only a person can answer it."))
    value = facts.known(spec.maps_to, spec.key) if spec.maps_to else ""
    if value:
        return MET, words(N_("Recorded: {value}."), value=value)
    return OPEN, words(N_("Nothing is recorded for it yet."))


def _search_date(facts: Facts) -> Finding:
    search = facts.search
    if search.check is None or search.check.checked_at is None:
        return UNMET, words(N_("No check of this design is saved."))
    iso = f"{search.check.checked_at:%Y-%m-%d}"
    day = Words(id=said_in("id", date, iso), en=said_in("en", date, iso))
    if search.newer is not None:
        reason = N_("Checked on {day}; {entry} was registered after it. Check again.")
        return UNMET, words(reason, day=day, entry=search.newer.id)
    if search.is_old:
        reason = N_("Checked on {day}, {age} days ago; more than {most}. Check again.")
        return UNMET, words(reason, day=day, age=search.age_days, most=SEARCH_DAYS)
    reason = N_("Checked on {day} among {count} designs, whatever their route.")
    return MET, words(reason, day=day, count=search.check.searched_entries or 0)


def _indications(facts: Facts) -> Finding:
    search = facts.search
    if search.check is None:
        return OPEN, words(N_("No check of this design is saved."))
    if not search.indications:
        return MET, words(N_("Nothing similar was found; that is no proof of originality."))
    if search.confirmed:
        names = _listed(search.confirmed)
        return UNMET, words(N_("A person called it the same design as {names}."), names=names)
    if search.undecided:
        return UNMET, words(N_("Nobody has decided yet on {names}."), names=_listed(search.undecided))
    decided = "; ".join(_decided(each) for each in search.indications)
    return MET, words(N_("Decided: {decided}."), decided=decided)


def _listed(indications: tuple[Indication, ...]) -> str:
    """Name entries by their ids only: the file leaves the office, and a title may be closed."""
    return ", ".join(_name_of(each) for each in indications)


def _name_of(indication: Indication) -> str:
    return "M-…" if indication.entry is None else indication.entry.id


def _decided(indication: Indication) -> str:
    decision = indication.decision
    if decision is None or indication.entry is None:
        return "M-…"
    label = term("human_verdicts", str(decision.human_verdict)).label_id
    return f"{indication.entry.id}: {label} ({decision.examiner}: {decision.reason})"


def _classic(facts: Facts) -> Finding:
    traditional = facts.motif.is_traditional
    if traditional == "tidak":
        return MET, words(N_("Recorded as contemporary."))
    if traditional == "ya":
        return UNMET, words(N_("Recorded as traditional: that is the communal route."))
    if traditional == "turunan":
        return OPEN, words(N_("Recorded as derived from a classic: people decide."))
    return OPEN, words(N_("Whether it is traditional is not recorded yet."))


def _derived(facts: Facts) -> Finding:
    if facts.motif.is_traditional == "turunan":
        basis = facts.motif.traditional_basis
        return OPEN, words(N_("Recorded as derived from a classic: {basis}"), basis=basis or "?")
    return _classic(facts)


def _traditional(facts: Facts) -> Finding:
    state, reason = _classic(facts)
    turned = {MET: UNMET, UNMET: MET, OPEN: OPEN}[state]
    if turned == MET and not facts.motif.traditional_basis:
        return OPEN, words(N_("Recorded as traditional, without a basis."))
    return turned, words(N_("Recorded as traditional.")) if turned == MET else reason


def _disclosure(facts: Facts) -> Finding:
    disclosed = facts.motif.first_disclosed_date
    if not disclosed:
        return OPEN, words(N_("When it was first shown or sold is not recorded."))
    until = facts.filing.application_date or f"{facts.at:%Y-%m-%d}"
    if disclosed >= until[: len(disclosed)]:
        return MET, words(N_("First shown or sold on {day}, not before the application."), day=disclosed)
    how = facts.motif.first_disclosed_kind or "?"
    within = _months_between(disclosed, until) < _GRACE_MONTHS
    reason = (
        N_(
            "First shown or sold on {day} ({how}), before the application. Within six months an official "
            "exhibition is said to be an exception; not verified. The officer decides."
        )
        if within
        else N_(
            "First shown or sold on {day} ({how}), more than six months before the application: longer than "
            "the exception for official exhibitions, itself not verified. The officer decides."
        )
    )
    return OPEN, words(reason, day=disclosed, how=how)


def _months_between(first: str, last: str) -> int:
    (year, month, day), (year_2, month_2, day_2) = _parts(first), _parts(last)
    return (year_2 - year) * 12 + month_2 - month - (day_2 < day)


def _parts(day: str) -> tuple[int, int, int]:
    numbers = [int(part) for part in day.split("-")]
    year, month, of_month = [*numbers, 1, 1][:3]
    return year, month, of_month


def _style(facts: Facts) -> Finding:
    return MET, words(N_("Stated apart, in the evidence report; never a ground against a filing."))


def _place(facts: Facts) -> Finding:
    place = facts.motif.origin_regency_city
    if not place:
        return OPEN, words(N_("The regency or city of origin is not recorded."))
    if place.split()[0].casefold() in ("kabupaten", "kab.", "kota"):
        return MET, words(N_("Recorded: {value}."), value=place)
    return UNMET, words(N_("{place}: write Kab. or Kota, they are two governments."), place=place)


def _wording(facts: Facts) -> Finding:
    motif = facts.motif
    texts = (facts.entry.title, motif.description_short, motif.philosophy, motif.history, motif.usage)
    spoken = " ".join(filter(None, texts))
    forbidden = (word for word in facts.route.forbidden if re.search(rf"(?i)\b{re.escape(word)}\b", spoken))
    found = next(forbidden, None)
    if found is not None:
        return UNMET, words(N_("A text says “{word}”: say catat or daftar."), word=found)
    return MET, words(N_("No text says what this is not."))


def _consent(facts: Facts) -> Finding:
    people = [party for party in facts.parties if set(facts.roles_of(party)) & set(PEOPLE)]
    if not people:
        return OPEN, words(N_("Nobody is recorded yet."))
    without = [
        str(party.name or party.id)
        for party in people
        if not any(consent.withdrawn is None for consent in party.consent or ())
    ]
    if without:
        return UNMET, words(N_("No consent is recorded of {names}."), names=", ".join(without))
    return MET, words(N_("Consent is recorded of everybody: {count}."), count=len(people))


def _consistent(facts: Facts) -> Finding:
    return OPEN, words(N_("Read again from the finished file when it is built (motif filing build)."))


def _roles(facts: Facts) -> Finding:
    def roles(party: Party) -> str:
        return ", ".join(term("roles", role).label_id for role in facts.roles_of(party))

    people = "; ".join(
        f"{party.name or party.id} ({roles(party)})" for party in facts.parties if facts.roles_of(party)
    )
    if not people:
        return OPEN, words(N_("Nobody is recorded yet."))
    return OPEN, words(N_("A person looks at who did what: {people}."), people=people)


def _kept(facts: Facts) -> Finding:
    cloths = [cloth for cloth in facts.specimens if cloth.storage]
    if not cloths:
        return UNMET, words(N_("Where the original cloth is kept is not recorded."))
    cloth = cloths[0]
    return MET, words(
        N_("Kept at {place}, seal {seal}, last checked {day}."),
        place=cloth.storage,
        seal=cloth.seal or "–",
        day=cloth.last_check or "–",
    )


def _dispute(facts: Facts) -> Finding:
    flag = facts.motif.dispute_flag
    if flag is None:
        return OPEN, words(N_("Whether it is in dispute is not recorded."))
    return (UNMET, words(N_("Recorded as in dispute."))) if flag else (MET, words(N_("Not in dispute.")))


def _one_address(facts: Facts) -> Finding:
    roles = {role_of(spec) for spec in facts.route.fields if spec.block and spec.repeat}
    applicants = [party for role in roles & {"pemegang_hak", "pemohon"} for party in facts.people(role)]
    if not applicants:
        return OPEN, words(N_("Nobody is recorded yet."))
    addresses = {party.address for party in applicants}
    if None in addresses:
        return OPEN, words(N_("Not every address is recorded."))
    if len(addresses) > 1:
        return UNMET, words(N_("{count} addresses; the form takes one."), count=len(addresses))
    return MET, words(N_("One address."))


def _one_work(facts: Facts) -> Finding:
    entries = facts.filing.entries or ()
    if len(entries) > 1:
        return UNMET, words(N_("{count} designs in one application."), count=len(entries))
    return MET, words(N_("One design: {entry}."), entry=entries[0])


def _files(facts: Facts) -> Finding:
    return _of_files(facts, facts.route.files)


def _letters(facts: Facts) -> Finding:
    return _of_files(facts, tuple(spec for spec in facts.route.files if spec.signers))


def _of_files(facts: Facts, specs: tuple[FileSpec, ...]) -> Finding:
    """Answer of some files by the worst of their answers."""
    answers = [(spec, file_answer(facts, spec)) for spec in specs if is_wanted(facts, spec)]
    for state in (UNMET, OPEN):
        labels = [spec.label for spec, answer in answers if answer.state == state]
        if labels:
            names = Words(id=", ".join(each.id for each in labels), en=", ".join(each.en for each in labels))
            return state, words(N_("Not in order yet: {names}."), names=names)
    return MET, words(N_("All are in order."))


def _quality(facts: Facts) -> Finding:
    judged = [capture for capture in facts.captures if capture.quality is not None]
    findings = list(chain.from_iterable(capture.quality or () for capture in judged))
    if not judged:
        return OPEN, words(N_("Not recorded yet: motif capture-check --gate filing tells."))
    if findings:
        return UNMET, words(N_("Found: {names}."), names=", ".join(findings))
    return MET, words(N_("Nothing was found wrong with the photos."))


def _views(facts: Facts) -> Finding:
    views = {photo.view for photo in facts.filing.photos or ()} | {each.view for each in facts.captures}
    lacking = [view for view in ("bidang", "ulangan", "rinci") if view not in views]
    if lacking:
        names = Words(
            id=", ".join(term("views", view).label_id for view in lacking),
            en=", ".join(term("views", view).label_en for view in lacking),
        )
        return OPEN, words(N_("Not recorded: {names}."), names=names)
    return MET, words(N_("All views are there."))


def _notices(facts: Facts) -> Finding:
    notices = facts.filing.notices or ()
    unanswered = [notice for notice in notices if notice.answered is None]
    if not notices:
        return MET, words(N_("No notice was received."))
    if unanswered:
        days = ", ".join(str(notice.due or "?") for notice in unanswered)
        return UNMET, words(N_("Not answered yet; due {days}."), days=days)
    return MET, words(N_("All notices were answered."))


def _protection(facts: Facts) -> Finding:
    filed = facts.filing.application_date
    if not filed:
        return OPEN, words(N_("The application has no date yet."))
    return MET, words(
        N_("Protected until {year}, counted from the application."), year=int(filed[:4]) + _TERM_YEARS
    )


def _community(facts: Facts) -> Finding:
    custodians = facts.named("kustodian")
    if not custodians:
        return OPEN, words(N_("No custodian is recorded."))
    agreed = [party for party in custodians if any(each.withdrawn is None for each in party.consent or ())]
    if len(agreed) < len(custodians):
        return UNMET, words(N_("Not every custodian has agreed."))
    return MET, words(N_("The custodians have agreed."))


def _no_claim(facts: Facts) -> Finding:
    filings = [filing for each in facts.search.indications for filing in each.filings]
    claimed = [filing for filing in filings if filing.route == "copyright"]
    if claimed:
        names = ", ".join(str(filing.id) for filing in claimed)
        return UNMET, words(N_("A similar design is filed as somebody's own: {names}."), names=names)
    if facts.search.check is None:
        return OPEN, words(N_("No check of this design is saved."))
    return MET, words(N_("No similar design here is filed as somebody's own."))


def _technique(facts: Facts) -> Finding:
    techniques = {name for cloth in facts.specimens for name in cloth.technique or ()}
    if not techniques:
        return OPEN, words(N_("The technique is not recorded."))
    if "ciprat" in techniques and not (facts.motif.main_ornaments or facts.motif.description_short):
        return UNMET, words(N_("Only the technique is told; say what the motif is."))
    return MET, words(N_("The technique is recorded apart from the motif."))


def _age(facts: Facts) -> Finding:
    made = facts.motif.created_date
    if not made:
        return OPEN, words(N_("When it was made is not recorded."))
    age = facts.at.year - int(made[:4])
    if age >= _WBTB_YEARS:
        return MET, words(N_("About {age} years old."), age=age)
    return OPEN, words(N_("About {age} years old; asked only for WBTB."), age=age)


def _references(facts: Facts) -> Finding:
    count = len(facts.motif.references or ())
    if facts.motif.references is None:
        return OPEN, words(N_("No sources are recorded."))
    return (MET if count else UNMET), words(N_("Sources recorded: {count}."), count=count)


def _authors_known(facts: Facts) -> Finding:
    authors = [party for party in facts.named("pencipta") if party.name]
    if not authors:
        return UNMET, words(N_("No author is recorded."))
    return MET, words(N_("Recorded: {value}."), value=", ".join(str(party.name) for party in authors))


def _shown_to_signer(facts: Facts) -> Finding:
    return OPEN, words(N_("The signer reads it before signing."))


_BY_KEY: Final[dict[str, Callable[[Facts], Finding]]] = {
    "lintas_jalur": _indications,
    "kesamaan_desain": _indications,
    "kemiripan_gaya": _style,
    "wilayah": _place,
    "istilah": _wording,
    "konsistensi_nama": _consistent,
    "persetujuan_data": _consent,
    "duplikat_dekat": _indications,
    "saring_klasik": _classic,
    "turunan_klasik": _derived,
    "peran": _roles,
    "contoh_asli": _kept,
    "sengketa": _dispute,
    "satu_alamat": _one_address,
    "satu_ciptaan": _one_work,
    "berkas": _files,
    "kebaruan_tanggal": _disclosure,
    "pembanding": _indications,
    "mutu_gambar": _quality,
    "tampak": _views,
    "surat_cocok": _letters,
    "notifikasi": _notices,
    "jangka_waktu": _protection,
    "koordinasi_komunitas": _community,
    "turun_temurun": _traditional,
    "klaim_perorangan": _no_claim,
    "bukan_teknik": _technique,
    "usia_wbtb": _age,
    "referensi_cukup": _references,
    "1a": _indications,
    "1b": _classic,
    "1c": _authors_known,
    "2": _kept,
    "3": _dispute,
    "4": _shown_to_signer,
}
"""Check -> what the record says of it. One that is not here is answered of its place in the record."""
