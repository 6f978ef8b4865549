"""Rules of the LIDO 1.1 schema [1]_ for the elements that we write: children, order, number, attributes.

Written down in our words from the schema of 2021-12-20, for these elements only; the schema itself (CC BY
4.0) is not shipped. What is not listed here is not written. docs/exchange.md says what is checked, and how
these rules were themselves held against the schema.

References
----------
.. [1] LIDO v1.1, Lightweight Information Describing Objects. ICOM CIDOC. https://lido-schema.org/
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

_NAMESPACE = "{http://www.lido-schema.org}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MANY: Final = 10**6
_VALUES: Final = {
    _LANG: re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    f"{_NAMESPACE}sortorder": re.compile(r"[+-]?[0-9]+"),
}
"""Attribute -> what its value must look like; the others hold any text."""

_CONCEPT = (("conceptID", 0, MANY), ("term", 0, MANY))
_NAME = (("appellationValue", 1, MANY),)
CHILDREN: Final[dict[str, tuple[tuple[str, int, int], ...]]] = {
    "lido": (("lidoRecID", 1, MANY), ("descriptiveMetadata", 1, MANY), ("administrativeMetadata", 1, MANY)),
    "descriptiveMetadata": (
        ("objectClassificationWrap", 1, 1),
        ("objectIdentificationWrap", 1, 1),
        ("eventWrap", 0, 1),
        ("objectRelationWrap", 0, 1),
    ),
    "objectClassificationWrap": (("objectWorkTypeWrap", 1, 1), ("classificationWrap", 0, 1)),
    "objectWorkTypeWrap": (("objectWorkType", 1, MANY),),
    "objectWorkType": _CONCEPT,
    "classificationWrap": (("classification", 0, MANY),),
    "classification": _CONCEPT,
    "objectIdentificationWrap": (
        ("titleWrap", 1, 1),
        ("objectDescriptionWrap", 0, 1),
        ("objectMeasurementsWrap", 0, 1),
    ),
    "titleWrap": (("titleSet", 1, MANY),),
    "titleSet": _NAME,
    "objectDescriptionWrap": (("objectDescriptionSet", 0, MANY),),
    "objectDescriptionSet": (("descriptiveNoteValue", 0, MANY),),
    "objectMeasurementsWrap": (("objectMeasurementsSet", 0, MANY),),
    "objectMeasurementsSet": (("objectMeasurements", 0, 1),),
    "objectMeasurements": (("measurementsSet", 0, MANY),),
    "measurementsSet": (
        ("measurementType", 1, MANY),
        ("measurementUnit", 1, MANY),
        ("measurementValue", 1, 1),
    ),
    "eventWrap": (("eventSet", 0, MANY),),
    "eventSet": (("event", 0, 1),),
    "event": (("eventType", 1, 1), ("eventActor", 0, MANY), ("eventDate", 0, 1), ("eventPlace", 0, MANY)),
    "eventType": _CONCEPT,
    "eventActor": (("actorInRole", 0, 1),),
    "actorInRole": (("actor", 1, 1), ("roleActor", 0, MANY)),
    "actor": (("nameActorSet", 1, MANY),),
    "nameActorSet": _NAME,
    "roleActor": _CONCEPT,
    "eventDate": (("displayDate", 0, MANY), ("date", 0, 1)),
    "date": (("earliestDate", 0, 1), ("latestDate", 0, 1)),
    "eventPlace": (("place", 0, 1),),
    "place": (("namePlaceSet", 0, MANY),),
    "namePlaceSet": _NAME,
    "objectRelationWrap": (("subjectWrap", 0, 1),),
    "subjectWrap": (("subjectSet", 0, MANY),),
    "subjectSet": (("subject", 0, 1),),
    "subject": (("subjectConcept", 0, MANY),),
    "subjectConcept": _CONCEPT,
    "administrativeMetadata": (("recordWrap", 1, 1), ("resourceWrap", 0, 1)),
    "recordWrap": (
        ("recordID", 1, MANY),
        ("recordType", 1, 1),
        ("recordSource", 1, MANY),
        ("recordInfoSet", 0, MANY),
    ),
    "recordType": _CONCEPT,
    "recordSource": (("legalBodyName", 0, MANY),),
    "legalBodyName": _NAME,
    "recordInfoSet": (("recordMetadataDate", 0, MANY),),
    "resourceWrap": (("resourceSet", 0, MANY),),
    "resourceSet": (("resourceID", 0, MANY), ("resourceType", 0, 1), ("resourceDescription", 0, MANY)),
    "resourceType": _CONCEPT,
}
"""Element -> its children in order, each with least and most."""

TYPED: Final = frozenset({"lidoRecID", "recordID", "conceptID", "resourceID"})
"""Identifiers: their ``lido:type`` is required."""

LANGUAGED: Final = frozenset({"descriptiveMetadata", "administrativeMetadata"})
"""Elements whose ``xml:lang`` is required."""

ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(TYPED, frozenset({"type", "source", "pref", "label", "encodinganalog"})),
    **dict.fromkeys(LANGUAGED, frozenset({"lang"})),
    **dict.fromkeys(("earliestDate", "latestDate"), frozenset({"type", "source", "label", "encodinganalog"})),
    **dict.fromkeys(("appellationValue", "term"), frozenset({"lang", "pref", "label", "encodinganalog"})),
    **dict.fromkeys(("objectWorkType", "classification"), frozenset({"type", "sortorder"})),
    **dict.fromkeys(("objectDescriptionSet", "objectMeasurementsSet"), frozenset({"type", "sortorder"})),
    **dict.fromkeys(("recordSource", "recordInfoSet", "eventPlace"), frozenset({"type", "sortorder"})),
    **dict.fromkeys(("subject", "actor"), frozenset({"type"})),
    "titleSet": frozenset({"type", "sortorder", "pref"}),
    "recordMetadataDate": frozenset({"type", "source", "lang", "label", "encodinganalog"}),
    "resourceDescription": frozenset({"type", "sortorder", "lang", "label", "encodinganalog"}),
    **dict.fromkeys(
        ("displayDate", "descriptiveNoteValue", "measurementType", "measurementUnit", "measurementValue"),
        frozenset({"lang", "label", "encodinganalog"}),
    ),
}
"""Which attributes an element may have; those that are not listed have none that we write."""


def problems(element: ET.Element) -> list[str]:
    """Say which rules an element and all below it break; empty if none.

    Examples
    --------
    >>> problems(ET.fromstring('<lido xmlns="http://www.lido-schema.org"><recordWrap/></lido>'))[:2]
    ['lido: recordWrap does not belong there', 'lido: lidoRecID is missing']
    """
    name = _name(element)
    rules = CHILDREN.get(name, ())
    found = _attributes(element, name)
    order = [child for child, _, _ in rules]
    names = [_name(child) for child in element]
    found += [f"{name}: {child} does not belong there" for child in names if child not in order]
    for child, least, most in rules:
        if names.count(child) < least:
            found.append(f"{name}: {child} is missing")
        if names.count(child) > most:
            found.append(f"{name}: {child} stands {names.count(child)} times")
    places = [order.index(child) for child in names if child in order]
    if places != sorted(places):
        found.append(f"{name}: its children stand in another order")
    if not rules and not (element.text or "").strip():
        found.append(f"{name} is empty")
    if rules and any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        found.append(f"{name}: text does not belong there")
    return found + [problem for child in element for problem in problems(child)]


def _attributes(element: ET.Element, name: str) -> list[str]:
    found = []
    if name in TYPED and not element.get(f"{_NAMESPACE}type"):
        found.append(f"{name} has no type")
    if name in LANGUAGED and not element.get(_LANG):
        found.append(f"{name} names no language")
    there = {key.removeprefix(_NAMESPACE) if key != _LANG else "lang" for key in element.attrib}
    strange = sorted(there - ATTRIBUTES.get(name, frozenset()))
    found += [f"{name}: attribute {key} does not belong there" for key in strange]
    for key, expected in _VALUES.items():
        if key in element.attrib and not expected.fullmatch(element.attrib[key]):
            found.append(f"{name}: {element.attrib[key]!r:.40} is no {key.rpartition('}')[2]}")
    return found


def _name(element: ET.Element) -> str:
    return element.tag.removeprefix(_NAMESPACE)
