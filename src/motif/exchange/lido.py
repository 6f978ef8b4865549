"""LIDO 1.1 XML, which museums exchange; written, and held against the rules of its schema that we know.

References
----------
.. [1] LIDO v1.1, Lightweight Information Describing Objects. ICOM CIDOC. https://lido-schema.org/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from motif.errors import ParameterError
from motif.exchange.lido_rules import problems
from motif.exchange.outgoing import OutgoingEntry
from motif.messages import N_
from motif.registry.records.people import Party
from motif.times import iso
from motif.vocabulary import Term, term

NS: Final = "http://www.lido-schema.org"
AAT: Final = "http://vocab.getty.edu/aat/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SCHEMA = f"{NS} http://www.lido-schema.org/schema/v1.1/lido-v1.1.xsd"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BATIK = term("techniques", "batik_umum")


def export_lido(path: Path, dossiers: Iterable[OutgoingEntry]) -> int:
    """Write one ``lido`` element an entry into a ``lidoWrap``; return how many.

    Raises
    ------
    ParameterError
        If there is no entry, since the schema wants one; or if a record would break a rule of the schema,
        which is an error of ours.
    """
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(f'<lido:lidoWrap xmlns:lido="{NS}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_SCHEMA}">\n')
        for dossier in dossiers:
            element = lido_of(dossier)
            wrong = problems(element)
            if wrong:
                raise ParameterError(N_("{id} breaks LIDO: {wrong}", id=dossier.entry.id, wrong=wrong[0]))
            ET.indent(element)
            file.write(ET.tostring(element, encoding="unicode").replace(f' xmlns:lido="{NS}"', "", 1) + "\n")
            count += 1
        file.write("</lido:lidoWrap>\n")
    if not count:
        raise ParameterError(
            N_("there is no entry to export"), hint=N_("LIDO has at least one; register a design.")
        )
    return count


def lido_of(dossier: OutgoingEntry) -> ET.Element:
    """Return an entry as a ``lido`` element."""
    ET.register_namespace("lido", NS)
    root = ET.Element(f"{{{NS}}}lido")
    _add(root, "lidoRecID", dossier.entry.id, type="local")
    described = _add(root, "descriptiveMetadata", lang="id")
    _classification(described, dossier)
    _identification(described, dossier)
    _events(described, dossier)
    _relations(described, dossier)
    administrative = _add(root, "administrativeMetadata", lang="id")
    _record(administrative, dossier)
    _resources(administrative, dossier)
    return root


def _classification(parent: ET.Element, dossier: OutgoingEntry) -> None:
    wrap = _add(parent, "objectClassificationWrap")
    types = _add(wrap, "objectWorkTypeWrap")
    techniques = sorted({key for one in dossier.specimens for key in one.technique or ()})
    for found in [term("techniques", key) for key in techniques] or [_BATIK]:
        _concept(_add(types, "objectWorkType"), found)
    if dossier.motif.family:
        classes = _add(wrap, "classificationWrap")
        _concept(_add(classes, "classification"), term("families", dossier.motif.family))


def _identification(parent: ET.Element, dossier: OutgoingEntry) -> None:
    known = dossier.motif
    wrap = _add(parent, "objectIdentificationWrap")
    titles = _add(wrap, "titleWrap")
    _add(_add(titles, "titleSet"), "appellationValue", dossier.entry.title, pref="preferred")
    for title in known.alt_titles or ():
        _add(_add(titles, "titleSet"), "appellationValue", title, pref="alternative")
    told = [("description", known.description_short), ("meaning", known.philosophy)]
    told += [("history", known.history), ("note", dossier.entry.note), ("withdrawn", _withdrawn(dossier))]
    if any(text for _, text in told):
        descriptions = _add(wrap, "objectDescriptionWrap")
        for kind, text in told:
            if text:
                _add(_add(descriptions, "objectDescriptionSet", type=kind), "descriptiveNoteValue", text)
    measured = [one for one in dossier.specimens if one.width_mm or one.height_mm]
    if measured:
        sets = _add(_add(wrap, "objectMeasurementsWrap"), "objectMeasurementsSet")
        measurements = _add(sets, "objectMeasurements")
        for kind, value in (("width", measured[0].width_mm), ("height", measured[0].height_mm)):
            if value:
                one = _add(measurements, "measurementsSet")
                _add(one, "measurementType", kind)
                _add(one, "measurementUnit", "mm")
                _add(
                    one, "measurementValue", f"{value:.15g}"
                )  # all digits, and never an exponent: at most 100 000


def _withdrawn(dossier: OutgoingEntry) -> str | None:
    """Say since when an entry counts no more, and why: whoever takes it over must not take it for valid."""
    since, reason = dossier.entry.withdrawn_at, dossier.entry.withdrawn_reason
    return None if since is None else f"{iso(since)} {reason or ''}".strip()


def _events(parent: ET.Element, dossier: OutgoingEntry) -> None:
    known = dossier.motif
    makers = [party for party in dossier.parties if _role(party, dossier) and party.shown_name()]
    place = known.origin_regency_city or known.origin_village
    made = known.created_date or makers or place
    announced = known.first_announced_date or known.first_announced_city
    if not (made or announced):
        return
    wrap = _add(parent, "eventWrap")
    if made:
        event = _event(wrap, "creation")
        for party in makers:
            actor = _add(_add(event, "eventActor"), "actorInRole")
            names = _add(_add(actor, "actor"), "nameActorSet")
            _add(names, "appellationValue", party.shown_name())
            _concept(_add(actor, "roleActor"), term("roles", _role(party, dossier) or ""))
        _date(event, known.created_date)
        _place(event, place)
    if announced:
        event = _event(wrap, "first announcement")
        _date(event, known.first_announced_date)
        _place(event, known.first_announced_city)


def _relations(parent: ET.Element, dossier: OutgoingEntry) -> None:
    known = dossier.motif
    words = [*(known.main_ornaments or ()), *(known.filler_ornaments or ())]
    fills = [term("isen", key) for key in known.isen or ()]
    if not words and not fills:
        return
    subjects = _add(_add(parent, "objectRelationWrap"), "subjectWrap")
    for word in words:
        subject = _add(_add(subjects, "subjectSet"), "subject")
        _add(_add(subject, "subjectConcept"), "term", word, lang="id")
    for fill in fills:
        _concept(_add(_add(_add(subjects, "subjectSet"), "subject"), "subjectConcept"), fill)


def _record(parent: ET.Element, dossier: OutgoingEntry) -> None:
    wrap = _add(parent, "recordWrap")
    _add(wrap, "recordID", dossier.entry.id, type="local")
    _add(_add(wrap, "recordType"), "term", "single object", lang="en")
    source = _add(_add(wrap, "recordSource"), "legalBodyName")
    _add(source, "appellationValue", "motif registry")
    dated = _add(_add(wrap, "recordInfoSet"), "recordMetadataDate", iso(dossier.entry.registered_at))
    dated.set(f"{{{NS}}}type", "created")


def _resources(parent: ET.Element, dossier: OutgoingEntry) -> None:
    wrap = _add(parent, "resourceWrap")
    for photo in dossier.entry.photos:
        one = _add(wrap, "resourceSet")
        _add(one, "resourceID", photo.sha256, type="sha256")
        _add(_add(one, "resourceType"), "term", "photograph", lang="en")
        _add(one, "resourceDescription", photo.name)


def _event(wrap: ET.Element, kind: str) -> ET.Element:
    event = _add(_add(wrap, "eventSet"), "event")
    _add(_add(event, "eventType"), "term", kind, lang="en")
    return event


def _date(event: ET.Element, day: str | None) -> None:
    if day:
        date = _add(event, "eventDate")
        _add(date, "displayDate", day)
        whole = _add(date, "date")
        _add(whole, "earliestDate", day)
        _add(whole, "latestDate", day)


def _place(event: ET.Element, name: str | None) -> None:
    if name:
        place = _add(_add(event, "eventPlace"), "place")
        _add(_add(place, "namePlaceSet"), "appellationValue", name)


def _role(party: Party, dossier: OutgoingEntry) -> str | None:
    """Return the party's role as maker of the entry."""
    roles = (one.role for one in party.roles or () if one.of == dossier.entry.id)
    return next((role for role in roles if role in ("pencipta", "pendesain", "pembatik")), None)


def _concept(parent: ET.Element, found: Term) -> None:
    """Name a concept: its AAT number where that is sure, and its terms in both languages."""
    if found.aat and found.verified and found.aat_match == "exact":
        _add(parent, "conceptID", AAT + found.aat, type="URI", source="AAT")
    _add(parent, "term", found.label_id, lang="id")
    _add(parent, "term", found.label_en, lang="en")


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{NS}}}{name}")
    for key, value in attributes.items():
        element.set(_LANG if key == "lang" else f"{{{NS}}}{key}", value)
    if text is not None:
        element.text = _FORBIDDEN.sub("�", text)
    return element


def elements(path: Path) -> Iterator[ET.Element]:
    """Yield the ``lido`` elements of a file that we wrote."""
    yield from ET.parse(path).getroot()
