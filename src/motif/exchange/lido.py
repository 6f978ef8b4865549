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
        classes = _add(wrap, "classificationWrap")
        _concept(_add(classes, "classification"), term("families", outgoing.motif.family))


def _identification(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    motif = outgoing.motif
    wrap = _add(parent, "objectIdentificationWrap")
    titles = _add(wrap, "titleWrap")
    _add(_add(titles, "titleSet"), "appellationValue", outgoing.entry.title, pref="preferred")
    for title in motif.alt_titles or ():
        _add(_add(titles, "titleSet"), "appellationValue", title, pref="alternative")
    texts = [("description", motif.description_short), ("meaning", motif.philosophy)]
    texts += [("history", motif.history), ("note", outgoing.entry.note), ("withdrawn", _withdrawn(outgoing))]
    if any(text for _, text in texts):
        descriptions = _add(wrap, "objectDescriptionWrap")
        for kind, text in texts:
            if text:
                _add(_add(descriptions, "objectDescriptionSet", type=kind), "descriptiveNoteValue", text)
    measured = [specimen for specimen in outgoing.specimens if specimen.width_mm or specimen.height_mm]
    if measured:
        sets = _add(_add(wrap, "objectMeasurementsWrap"), "objectMeasurementsSet")
        measurements = _add(sets, "objectMeasurements")
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
    makers = [party for party in outgoing.parties if _role(party, outgoing) and party.shown_name()]
    place = motif.origin_regency_city or motif.origin_village
    created = motif.created_date or makers or place
    announced = motif.first_announced_date or motif.first_announced_city
    if not (created or announced):
        return
    wrap = _add(parent, "eventWrap")
    if created:
        event = _event(wrap, "creation")
        for party in makers:
            actor = _add(_add(event, "eventActor"), "actorInRole")
            names = _add(_add(actor, "actor"), "nameActorSet")
            _add(names, "appellationValue", party.shown_name())
            _concept(_add(actor, "roleActor"), term("roles", _role(party, outgoing) or ""))
        _date(event, motif.created_date)
        _place(event, place)
    if announced:
        event = _event(wrap, "first announcement")
        _date(event, motif.first_announced_date)
        _place(event, motif.first_announced_city)


def _relations(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    motif = outgoing.motif
    words = [*(motif.main_ornaments or ()), *(motif.filler_ornaments or ())]
    fills = [term("isen", key) for key in motif.isen or ()]
    if not words and not fills:
        return
    subjects = _add(_add(parent, "objectRelationWrap"), "subjectWrap")
    for word in words:
        subject = _add(_add(subjects, "subjectSet"), "subject")
        _add(_add(subject, "subjectConcept"), "term", word, lang="id")
    for fill in fills:
        _concept(_add(_add(_add(subjects, "subjectSet"), "subject"), "subjectConcept"), fill)


def _record(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    wrap = _add(parent, "recordWrap")
    _add(wrap, "recordID", outgoing.entry.id, type="local")
    _add(_add(wrap, "recordType"), "term", "single object", lang="en")
    source = _add(_add(wrap, "recordSource"), "legalBodyName")
    _add(source, "appellationValue", "motif registry")
    dated = _add(_add(wrap, "recordInfoSet"), "recordMetadataDate", iso(outgoing.entry.registered_at))
    dated.set(f"{{{NS}}}type", "created")


def _resources(parent: ET.Element, outgoing: OutgoingEntry) -> None:
    wrap = _add(parent, "resourceWrap")
    for photo in outgoing.entry.photos:
        resource = _add(wrap, "resourceSet")
        _add(resource, "resourceID", photo.sha256, type="sha256")
        _add(_add(resource, "resourceType"), "term", "photograph", lang="en")
        if photo.name:  # empty for a photo that was registered from memory; the element must not be empty
            _add(resource, "resourceDescription", photo.name)


def _event(wrap: ET.Element, kind: str) -> ET.Element:
    event = _add(_add(wrap, "eventSet"), "event")
    _add(_add(event, "eventType"), "term", kind, lang="en")
    return event


def _date(event: ET.Element, day: str | None) -> None:
    if day:
        date = _add(event, "eventDate")
        _add(date, "displayDate", day)
        range_ = _add(date, "date")
        _add(range_, "earliestDate", day)
        _add(range_, "latestDate", day)


def _place(event: ET.Element, name: str | None) -> None:
    if name:
        place = _add(_add(event, "eventPlace"), "place")
        _add(_add(place, "namePlaceSet"), "appellationValue", name)


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


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{NS}}}{name}")
    for key, value in attributes.items():
        element.set(_LANG if key == "lang" else f"{{{NS}}}{key}", value)
    if text is not None:
        element.text = _FORBIDDEN.sub("�", text)
    return element
