"""Entries as LIDO 1.1 XML [1]_, the format in which museums exchange records.

References
----------
.. [1] LIDO v1.1, Lightweight Information Describing Objects. ICOM CIDOC. https://lido-schema.org/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from motif.errors import ParameterError
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


def export_lido(path: Path, entries: Iterable[OutgoingEntry]) -> int:
    """Write one ``lido`` element for each entry into a ``lidoWrap``.

    Parameters
    ----------
    path : Path
        Overwritten if it exists.
    entries : iterable of OutgoingEntry

    Returns
    -------
    int
        Number of entries written.

    Raises
    ------
    ParameterError
        If there is no entry: the schema requires at least one.
    """
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(f'<lido:lidoWrap xmlns:lido="{NS}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_SCHEMA}">\n')
        for outgoing in entries:
            element = lido_of(outgoing)
            ET.indent(element)
            file.write(ET.tostring(element, encoding="unicode").replace(f' xmlns:lido="{NS}"', "", 1) + "\n")
            count += 1
        file.write("</lido:lidoWrap>\n")
    if not count:
        raise ParameterError(
            N_("there is no entry to export"), hint=N_("LIDO has at least one; register a design.")
        )
    return count


def lido_of(outgoing: OutgoingEntry) -> ET.Element:
    """Return an entry as a ``lido`` element.

    Parameters
    ----------
    outgoing : OutgoingEntry

    Returns
    -------
    Element
        Valid by the schema; characters that XML forbids are replaced by U+FFFD.
    """
    ET.register_namespace("lido", NS)
    root = ET.Element(f"{{{NS}}}lido")
    _add(root, "lidoRecID", outgoing.entry.id, type="local")
    described = _add(root, "descriptiveMetadata", lang="id")
    _classification(described, outgoing)
    _identification(described, outgoing)
    _events(described, outgoing)
    _relations(described, outgoing)
    administrative = _add(root, "administrativeMetadata", lang="id")
    _record(administrative, outgoing)
    _resources(administrative, outgoing)
    return root


def _classification(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    wrap = _add(parent, "objectClassificationWrap")
    types = _add(wrap, "objectWorkTypeWrap")
    techniques = sorted({key for specimen in outgoing.specimens for key in specimen.technique or ()})
    for technique in [term("techniques", key) for key in techniques] or [_BATIK]:
        _concept(_add(types, "objectWorkType"), technique)
    if outgoing.motif.family:
        family = term("families", outgoing.motif.family)
        _concept(_add(wrap, "classificationWrap/classification"), family)


def _identification(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    motif = outgoing.motif
    wrap = _add(parent, "objectIdentificationWrap")
    titles = _add(wrap, "titleWrap")
    _add(titles, "titleSet/appellationValue", outgoing.entry.title, pref="preferred")
    for title in motif.alt_titles or ():
        _add(titles, "titleSet/appellationValue", title, pref="alternative")
    texts = {
        "description": motif.description_short,
        "meaning": motif.philosophy,
        "history": motif.history,
        "note": outgoing.entry.note,
        "withdrawn": _withdrawn(outgoing),
    }
    if any(texts.values()):
        descriptions = _add(wrap, "objectDescriptionWrap")
        for kind, text in texts.items():
            if text:
                _add(_add(descriptions, "objectDescriptionSet", type=kind), "descriptiveNoteValue", text)
    measured = [specimen for specimen in outgoing.specimens if specimen.width_mm or specimen.height_mm]
    if measured:
        measurements = _add(wrap, "objectMeasurementsWrap/objectMeasurementsSet/objectMeasurements")
        for kind, value_mm in (("width", measured[0].width_mm), ("height", measured[0].height_mm)):
            if value_mm:
                measurement = _add(measurements, "measurementsSet")
                _add(measurement, "measurementType", kind)
                _add(measurement, "measurementUnit", "mm")
                # 15 digits keep the number exactly and, as it is at most 100 000, need no exponent.
                _add(measurement, "measurementValue", f"{value_mm:.15g}")


def _withdrawn(outgoing: OutgoingEntry) -> str | None:
    """Return when and why the entry was withdrawn, so that no recipient takes it for a valid one."""
    since, reason = outgoing.entry.withdrawn_at, outgoing.entry.withdrawn_reason
    return None if since is None else f"{iso(since)} {reason or ''}".strip()


def _events(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    motif = outgoing.motif
    makers = [
        (name, role)
        for party in outgoing.parties
        if (name := party.shown_name()) and (role := _role(party, outgoing))
    ]
    place = motif.origin_regency_city or motif.origin_village
    events = []
    if motif.created_date or makers or place:
        events.append(("creation", makers, motif.created_date, place))
    if motif.first_announced_date or motif.first_announced_city:
        announced = (motif.first_announced_date, motif.first_announced_city)
        events.append(("first announcement", [], *announced))
    wrap = _add(parent, "eventWrap") if events else parent
    for kind, actors, day, city in events:
        event = _add(wrap, "eventSet/event")
        _add(event, "eventType/term", kind, lang="en")
        for name, role in actors:
            actor = _add(event, "eventActor/actorInRole")
            _add(actor, "actor/nameActorSet/appellationValue", name)
            _concept(_add(actor, "roleActor"), term("roles", role))
        if day:
            date = _add(event, "eventDate")
            _add(date, "displayDate", day)
            dates = _add(date, "date")
            _add(dates, "earliestDate", day)
            _add(dates, "latestDate", day)
        if city:
            _add(event, "eventPlace/place/namePlaceSet/appellationValue", city)


def _relations(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    motif = outgoing.motif
    words = [*(motif.main_ornaments or ()), *(motif.filler_ornaments or ())]
    fillers = [term("isen", key) for key in motif.isen or ()]
    if not words and not fillers:
        return
    subjects = _add(parent, "objectRelationWrap/subjectWrap")
    for word in words:
        _add(subjects, "subjectSet/subject/subjectConcept/term", word, lang="id")
    for filler in fillers:
        _concept(_add(subjects, "subjectSet/subject/subjectConcept"), filler)


def _record(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    wrap = _add(parent, "recordWrap")
    _add(wrap, "recordID", outgoing.entry.id, type="local")
    _add(wrap, "recordType/term", "single object", lang="en")
    _add(wrap, "recordSource/legalBodyName/appellationValue", "motif registry")
    registered_at = iso(outgoing.entry.registered_at)
    _add(wrap, "recordInfoSet/recordMetadataDate", registered_at, type="created")


def _resources(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    wrap = _add(parent, "resourceWrap")
    for photo in outgoing.entry.photos:
        resource = _add(wrap, "resourceSet")
        _add(resource, "resourceID", photo.sha256, type="sha256")
        _add(resource, "resourceType/term", "photograph", lang="en")
        if photo.name:  # empty for a photo that was registered from memory; the element must not be empty
            _add(resource, "resourceDescription", photo.name)


def _role(party: Party, outgoing: OutgoingEntry) -> str | None:
    """Return the party's role as maker of the entry."""
    roles = (role.role for role in party.roles or () if role.of == outgoing.entry.id)
    return next((role for role in roles if role in ("pencipta", "pendesain", "pembatik")), None)


def _concept(parent: ET.Element, concept: Term) -> None:
    """Add a concept's terms in both languages, and its AAT number where the match is exact."""
    if concept.aat and concept.verified and concept.aat_match == "exact":
        _add(parent, "conceptID", AAT + concept.aat, type="URI", source="AAT")
    _add(parent, "term", concept.label_id, lang="id")
    _add(parent, "term", concept.label_en, lang="en")


def _add(parent: ET.Element, path: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add an element within new ones, as ``path`` names them; return the innermost, which has the text."""
    element = parent
    for name in path.split("/"):
        element = ET.SubElement(element, f"{{{NS}}}{name}")
    for key, value in attributes.items():
        element.set(_LANG if key == "lang" else f"{{{NS}}}{key}", value)
    if text is not None:
        element.text = _FORBIDDEN.sub("�", text)
    return element
