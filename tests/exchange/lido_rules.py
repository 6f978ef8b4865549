"""Rules of the LIDO 1.1 schema [1]_ for the elements in our exports: children, order, count, attributes.

They restate the schema of 2021-12-20 in our own words, for these elements only; the schema itself (CC BY
4.0) is not shipped. An element that is not listed is not exported. docs/exchange.md lists what is checked
and how the rules themselves were validated against the schema.

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
ANY: Final = 10**6
_VALUES: Final = {
    _LANG: re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    f"{_NAMESPACE}sortorder": re.compile(r"[+-]?[0-9]+"),
}
"""Attribute -> pattern of its value; other attributes hold any text."""

_CONCEPT = (("conceptID", 0, ANY), ("term", 0, ANY))
_NAME = (("appellationValue", 1, ANY),)
CHILDREN: Final[dict[str, tuple[tuple[str, int, int], ...]]] = {
    "lido": (
        ("lidoRecID", 1, ANY),
        ("descriptiveMetadata", 1, ANY),
        ("administrativeMetadata", 1, ANY),
    ),
    "descriptiveMetadata": (
        ("objectClassificationWrap", 1, 1),
        ("objectIdentificationWrap", 1, 1),
        ("eventWrap", 0, 1),
        ("objectRelationWrap", 0, 1),
    ),
    "objectClassificationWrap": (("objectWorkTypeWrap", 1, 1), ("classificationWrap", 0, 1)),
    "objectWorkTypeWrap": (("objectWorkType", 1, ANY),),
    "objectWorkType": _CONCEPT,
    "classificationWrap": (("classification", 0, ANY),),
    "classification": _CONCEPT,
    "objectIdentificationWrap": (
        ("titleWrap", 1, 1),
        ("objectDescriptionWrap", 0, 1),
        ("objectMeasurementsWrap", 0, 1),
    ),
    "titleWrap": (("titleSet", 1, ANY),),
    "titleSet": _NAME,
    "objectDescriptionWrap": (("objectDescriptionSet", 0, ANY),),
    "objectDescriptionSet": (("descriptiveNoteValue", 0, ANY),),
    "objectMeasurementsWrap": (("objectMeasurementsSet", 0, ANY),),
    "objectMeasurementsSet": (("objectMeasurements", 0, 1),),
    "objectMeasurements": (("measurementsSet", 0, ANY),),
    "measurementsSet": (
        ("measurementType", 1, ANY),
        ("measurementUnit", 1, ANY),
        ("measurementValue", 1, 1),
    ),
    "eventWrap": (("eventSet", 0, ANY),),
    "eventSet": (("event", 0, 1),),
    "event": (
        ("eventType", 1, 1),
        ("eventActor", 0, ANY),
        ("eventDate", 0, 1),
        ("eventPlace", 0, ANY),
    ),
    "eventType": _CONCEPT,
    "eventActor": (("actorInRole", 0, 1),),
    "actorInRole": (("actor", 1, 1), ("roleActor", 0, ANY)),
    "actor": (("nameActorSet", 1, ANY),),
    "nameActorSet": _NAME,
    "roleActor": _CONCEPT,
    "eventDate": (("displayDate", 0, ANY), ("date", 0, 1)),
    "date": (("earliestDate", 0, 1), ("latestDate", 0, 1)),
    "eventPlace": (("place", 0, 1),),
    "place": (("namePlaceSet", 0, ANY),),
    "namePlaceSet": _NAME,
    "objectRelationWrap": (("subjectWrap", 0, 1),),
    "subjectWrap": (("subjectSet", 0, ANY),),
    "subjectSet": (("subject", 0, 1),),
    "subject": (("subjectConcept", 0, ANY),),
    "subjectConcept": _CONCEPT,
    "administrativeMetadata": (("recordWrap", 1, 1), ("resourceWrap", 0, 1)),
    "recordWrap": (
        ("recordID", 1, ANY),
        ("recordType", 1, 1),
        ("recordSource", 1, ANY),
        ("recordInfoSet", 0, ANY),
    ),
    "recordType": _CONCEPT,
    "recordSource": (("legalBodyName", 0, ANY),),
    "legalBodyName": _NAME,
    "recordInfoSet": (("recordMetadataDate", 0, ANY),),
    "resourceWrap": (("resourceSet", 0, ANY),),
    "resourceSet": (
        ("resourceID", 0, ANY),
        ("resourceType", 0, 1),
        ("resourceDescription", 0, ANY),
    ),
    "resourceType": _CONCEPT,
}
"""Element -> its children in order, each with its minimum and maximum count."""

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
"""Element -> the attributes it may have; an element that is not listed is exported without any."""


def problems(element: ET.Element) -> list[str]:
    """List the rules that an element and its descendants break.

    Parameters
    ----------
    element : Element
        A ``lido`` element, or one of its descendants.

    Returns
    -------
    list of str
        One sentence for each violation; empty if there is none.

    Examples
    --------
    >>> problems(ET.fromstring('<lido xmlns="http://www.lido-schema.org"><recordWrap/></lido>'))[:2]
    ['lido: recordWrap is not allowed here', 'lido: lidoRecID is missing']
    """
    name = _name(element)
    rules = CHILDREN.get(name, ())
    violations = _attribute_problems(element, name)
    order = [child for child, _, _ in rules]
    names = [_name(child) for child in element]
    violations += [f"{name}: {child} is not allowed here" for child in names if child not in order]
    for child, least, most in rules:
        if names.count(child) < least:
            violations.append(f"{name}: {child} is missing")
        if names.count(child) > most:
            violations.append(f"{name}: {child} occurs {names.count(child)} times")
    places = [order.index(child) for child in names if child in order]
    if places != sorted(places):
        violations.append(f"{name}: its children are out of order")
    if not rules and not (element.text or "").strip():
        violations.append(f"{name} is empty")
    if rules and any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        violations.append(f"{name}: text is not allowed here")
    return violations + [problem for child in element for problem in problems(child)]


def _attribute_problems(element: ET.Element, name: str) -> list[str]:
    violations = []
    if name in TYPED and not element.get(f"{_NAMESPACE}type"):
        violations.append(f"{name} has no type")
    if name in LANGUAGED and not element.get(_LANG):
        violations.append(f"{name} names no language")
    present = {key.removeprefix(_NAMESPACE) if key != _LANG else "lang" for key in element.attrib}
    unexpected = sorted(present - ATTRIBUTES.get(name, frozenset()))
    violations += [f"{name}: attribute {key} is not allowed here" for key in unexpected]
    for key, expected in _VALUES.items():
        value = element.attrib.get(key)
        if value is not None and not expected.fullmatch(value):
            violations.append(f"{name}: {value!r:.40} is not a valid {key.rpartition('}')[2]}")
    return violations


def _name(element: ET.Element) -> str:
    return element.tag.removeprefix(_NAMESPACE)
