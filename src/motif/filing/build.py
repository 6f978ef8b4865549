"""Build the file of a filing: what the registry knows, laid out for the portal, with the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from motif.errors import ParameterError
from motif.filing import dossier as parts
from motif.filing.bag import FilingFile, build_file
from motif.filing.checks import check_rows, clause_rows
from motif.filing.dossier import CLOSED_CLASSES, Dossier, Words
from motif.filing.evidence import evidence_of
from motif.filing.facts import Facts, gather, spelled, words
from motif.filing.fields import account_rows, field_rows
from motif.filing.files import file_answer, is_wanted, photos_of, signers_of
from motif.filing.routes import FeeSpec, FileSpec, Rules
from motif.filing.terms import due_of
from motif.filing.values import representative
from motif.messages import N_, current_language
from motif.normalize.swatch import normalize_fields
from motif.photo.photo import read_photo
from motif.registry.decisions import gravest
from motif.registry.records.entry import EntryPhoto
from motif.registry.records.people import Party
from motif.registry.registry import Registry
from motif.registry.results import CheckResult
from motif.report.gather import registered_photo
from motif.vocabulary import term

MATCHES: Final = 5
"""Most similar designs that the evidence report shows."""

_LEGAL_BODY: Final = "badan_hukum"
_TRANSFER: Final = "surat_pengalihan_hak"


def build_filing(
    registry: Registry,
    filing_id: str,
    *,
    at: datetime | None = None,
    office: str = "",
    templates: Mapping[str, bytes] | None = None,
    rules: Rules | None = None,
) -> FilingFile:
    """Build the file of a filing, in the language in use; letters are in Indonesian.

    Parameters
    ----------
    registry : Registry
    filing_id : str
    at : datetime, optional
        The moment of which it is: terms and the age of the search are counted, and everything in it is dated,
        by it. By default now; not before the day on which the design was registered.
    office : str
        Who files.
    templates : mapping of str to bytes, optional
        Key of a letter, such as ``surat_pernyataan`` -> the office's own Word file.
    rules : Rules, optional
        By default those that are shipped.

    Returns
    -------
    FilingFile
        The same bytes for the same state of the registry and the same moment.

    Raises
    ------
    EntryNotFoundError, ParameterError, AccessDeniedError
        As of ``gather``; if ``at`` is before the design was registered, or no date that a ZIP can have.
    MissingExtraError
        If the extra ``filing`` is not installed.
    """
    facts = gather(registry, filing_id, at=at or datetime.now(UTC), rules=rules)
    registered = facts.entry.registered_at
    if facts.at.date() < registered.date():
        values = {"entry": facts.entry.id, "day": f"{registered:%Y-%m-%d}"}
        hint = N_("Give that day or a later one, or leave it out.")
        raise ParameterError(
            N_("{entry} was registered on {day}, after the day of the file", **values), hint=hint
        )
    return build_file(dossier_of(registry, facts, office=office, templates=templates or {}))


def dossier_of(
    registry: Registry, facts: Facts, *, office: str = "", templates: Mapping[str, bytes] | None = None
) -> Dossier:
    """Lay out what is known of a filing, and read the pictures and papers that go into its file.

    Parameters
    ----------
    registry : Registry
    facts : Facts
    office : str
    templates : mapping of str to bytes, optional

    Returns
    -------
    Dossier
    """
    filing, route = facts.filing, facts.route
    return Dossier(
        filing_id=str(filing.id),
        at=facts.at,
        language=current_language(),
        route=parts.Route(
            key=route.key,
            slug=route.slug,
            label=route.label,
            law=route.law,
            authority=route.authority,
            portal=route.portal,
            notice=route.notice,
        ),
        work=_work(facts),
        people=tuple(_person(facts, party) for party in facts.parties if _all_roles(facts, party)),
        fields=field_rows(facts),
        files=tuple(_file_row(registry, facts, spec) for spec in route.files),
        checks=check_rows(facts),
        clauses=clause_rows(facts),
        letters=tuple(_letters(facts, templates or {})),
        transfer=_transfer(facts),
        evidence=_evidence(registry, facts),
        application_no=filing.application_no or "",
        application_date=filing.application_date or "",
        fees=tuple(_fee(fee) for fee in route.fees),
        terms=tuple(_terms(registry, facts)),
        office=office,
        account_fields=account_rows(facts),
    )


def _evidence(registry: Registry, facts: Facts) -> tuple[parts.StoredFile, ...]:
    """Gather the evidence; the first photo is checked again, as of the moment of the file."""
    check = None
    if not facts.pictures_closed:
        photo = registered_photo(facts.entry.photos[0].sha256, registry)
        result = registry.check(photo, limit=MATCHES + 1)
        check = (for_outsiders(registry, facts.entry.id, replace(result, checked_at=facts.at)), photo)
    return evidence_of(
        registry,
        facts.entry.id,
        facts.at,
        check=check,
        closed=facts.pictures_closed,
        language=current_language(),
    )


def for_outsiders(registry: Registry, entry_id: str, result: CheckResult) -> CheckResult:
    """Leave the design itself out of what was found, and withhold what is sacred or secret.

    Parameters
    ----------
    registry : Registry
    entry_id : str
        Of the design that was checked.
    result : CheckResult

    Returns
    -------
    CheckResult
        With at most ``MATCHES`` matches.
    """
    others = [match for match in result.matches if match.entry.id != entry_id][:MATCHES]
    shown = tuple(
        match.withhold()
        if not match.withheld and registry.records.motif(match.entry.id).access_class in CLOSED_CLASSES
        else match
        for match in others
    )
    return replace(result, matches=shown, verdict=gravest(shown))


def _work(facts: Facts) -> parts.Work:
    motif, filing = facts.motif, facts.filing
    cloth = facts.specimens[0] if facts.specimens else None
    values = {spec.maps_to: facts.value(spec) for spec in facts.route.fields if not spec.block}
    consent = filing.picture_consent
    agreed = None
    if consent is not None and not facts.pictures_closed:
        agreed = words(N_("{by}, {day}: {reason}"), by=consent.by, day=consent.date, reason=consent.reason)
    return parts.Work(
        entry_id=facts.entry.id,
        title=facts.entry.title,
        kind=motif.work_type or values.get("motif.work_type", ""),
        subkind=motif.work_subtype or values.get("motif.work_subtype", ""),
        description=motif.description_short or "",
        meaning=motif.philosophy or "",
        announced_date=motif.first_announced_date or "",
        announced_city=motif.first_announced_city or "",
        announced_country=motif.first_announced_country or values.get("motif.first_announced_country", ""),
        disclosed_date=motif.first_disclosed_date or "",
        created_date=motif.created_date or "",
        width_mm=cloth.width_mm if cloth else None,
        height_mm=cloth.height_mm if cloth else None,
        technique=spelled(cloth, "technique") if cloth else "",
        fabric=spelled(cloth, "fabric") if cloth else "",
        storage=(cloth.storage or "") if cloth else "",
        seal=(cloth.seal or "") if cloth else "",
        access_class=motif.access_class or "",
        head_consent=agreed,
    )


def _all_roles(facts: Facts, party: Party) -> tuple[str, ...]:
    """Return the roles in which a form or a letter names a party, usual ones included."""
    asked = dict.fromkeys(
        [role for spec in facts.route.files for role in spec.signers]
        + [spec.maps_to.partition("[role=")[2].partition("]")[0] for spec in facts.route.fields if spec.block]
    )
    return tuple(role for role in asked if any(each.id == party.id for each in facts.people(role)))


def _person(facts: Facts, party: Party) -> parts.Person:
    shares = {share.party: share.percent for share in facts.filing.shares or ()}
    percent = shares.get(party.id)
    seen = [each for each in facts.filing.documents or () if each.person == party.id and each.seen_by]
    seen_words = None
    if seen:
        last = seen[-1]
        seen_words = words(N_("Seen by {by} on {day}."), by=last.seen_by, day=last.seen_on or "?")
    usual = {part.maps_to: part.default for spec in facts.route.fields for part in spec.block}
    return parts.Person(
        name=party.name or str(party.id),
        roles=_all_roles(facts, party),
        kind=party.party_kind or "",
        nationality=party.nationality or usual.get("party.nationality", ""),
        address=party.address or "",
        district=party.district or "",
        regency_city=party.regency_city or "",
        province=party.province or "",
        postal_code=party.postal_code or "",
        share="" if percent is None else f"{percent:g} %".replace(".", ","),
        represented_by=party.represented_by or "",
        identity_seen=seen_words,
    )


def _file_row(registry: Registry, facts: Facts, spec: FileSpec) -> parts.FileRow:
    pictures: tuple[parts.Picture, ...] = ()
    if not facts.pictures_closed:
        pictures = tuple(_picture(registry, facts, spec, photo) for photo in photos_of(facts, spec))
    return parts.FileRow(
        key=spec.key,
        label=spec.label,
        kind=spec.kind,
        answer=file_answer(facts, spec),
        wanted=is_wanted(facts, spec),
        formats=spec.formats,
        max_mb=spec.max_mb,
        pictures=pictures,
        stored=tuple(_stored(registry, facts, spec)),
        note=spec.note,
    )


def _picture(registry: Registry, facts: Facts, spec: FileSpec, photo: EntryPhoto) -> parts.Picture:
    data = registry.original(photo.sha256)
    small = read_photo(data, long_edge_px=registry.profile.long_edge_px)
    main = normalize_fields(small, registry.profile, cut=photo.cut)[0]
    chosen = (
        each for each in facts.filing.photos or () if (each.key, each.sha256) == (spec.key, photo.sha256)
    )
    choice = next(chosen, None)
    caption = spec.label
    if choice is not None and choice.caption:
        caption = Words(id=choice.caption, en=choice.caption)
    elif choice is not None and choice.view:
        view = term("views", choice.view)
        caption = Words(id=view.label_id, en=view.label_en)
    captures = [each.specimen for each in facts.captures if each.sha256 == photo.sha256]
    cloth = next((each for each in facts.specimens if each.id in captures), None)
    return parts.Picture(
        photo=data,
        photo_name=photo.name,
        caption=caption,
        outline_px=main.outline_px,
        width_mm=cloth.width_mm if cloth else None,
        height_mm=cloth.height_mm if cloth else None,
    )


def _stored(registry: Registry, facts: Facts, spec: FileSpec) -> Iterator[parts.StoredFile]:
    for document in facts.documents(spec.key):
        if document.paper in facts.papers and spec.kind != "identity":
            data = registry.records.paper(str(document.paper))
            yield parts.StoredFile(name=document.name or spec.key, data=data, label=spec.label)


def _letters(facts: Facts, templates: Mapping[str, bytes]) -> Iterator[parts.Letter]:
    for spec in facts.route.files:
        if spec.signers and is_wanted(facts, spec):
            documents = facts.documents(spec.key)
            yield parts.Letter(
                key=spec.key,
                label=spec.label,
                signers=tuple(_signers(facts, spec)),
                place=next((each.place for each in documents if each.place), "") or "",
                date=next((each.date for each in documents if each.date), "") or "",
                template=templates.get(spec.key),
            )


def _signers(facts: Facts, spec: FileSpec) -> Iterator[parts.Signer]:
    for place, party in enumerate(signers_of(facts, spec)):
        roles = [role for role in spec.signers if any(each.id == party.id for each in facts.people(role))]
        capacity = term("roles", roles[0]).label_id.partition(" (")[0].capitalize()
        name = party.name or str(party.id)
        if party.represented_by:
            name, held = representative(party.represented_by)
            capacity = f"{held or capacity}, untuk {party.name}"
        yield parts.Signer(name=name.strip(), capacity=capacity, meterai=spec.meterai and place == 0)


def _transfer(facts: Facts) -> parts.Transfer | None:
    documents = facts.documents(_TRANSFER)
    ground = facts.filing.transfer_ground
    if not ground and not documents:
        return None
    return parts.Transfer(
        ground=ground or "",
        date=next((each.date for each in documents if each.date), "") or "",
        deed_number=next((each.number for each in documents if each.number), "") or "",
    )


def _fee(fee: FeeSpec) -> parts.Amount:
    amount = f"Rp{fee.amount_idr:,.0f}".replace(",", ".")
    day = words(N_("undated")) if fee.as_of == "undated" else Words(id=fee.as_of, en=fee.as_of)
    note = fee.note or Words(id="", en="")
    both = Words(id=f"{day.id}. {note.id}".strip(), en=f"{day.en}. {note.en}".strip())
    return parts.Amount(label=fee.label, text=amount, note=both, verified=fee.verified)


def _terms(registry: Registry, facts: Facts) -> Iterator[parts.Amount]:
    for due in due_of(registry, facts.filing, at=facts.at):
        yield parts.Amount(label=due.what, text=due.due)
