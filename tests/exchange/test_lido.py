"""LIDO exports are valid by the rules of the schema and lose nothing that belongs in them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from tests.exchange.lido_rules import problems

from motif.errors import ParameterError
from motif.exchange.export import export
from motif.exchange.lido import lido_of
from motif.exchange.outgoing import OutgoingEntry, outgoing_entries
from motif.profiles import CHEAPEST_1
from motif.registry.records.text import clean_note, clean_title
from motif.registry.records.works import Specimen
from motif.registry.registry import Registry

LIDO = "http://www.lido-schema.org"


def test_lido_is_valid_and_contains_the_records(filled: Registry, tmp_path: Path) -> None:
    export(filled, tmp_path / "o.xml")
    root = ET.parse(tmp_path / "o.xml").getroot()
    assert root.tag == f"{{{LIDO}}}lidoWrap" and len(root) == 1
    assert problems(root[0]) == []
    content = "".join(root.itertext())
    for text in ("M-000001-3", "arti <b>&", "Bu Sri", "cecek", "kawung", "2024-05", "1050.5", "garuda"):
        assert text in content


@pytest.mark.slow
def test_lido_of_entries_without_records_is_valid_whatever_their_titles(
    registry: Registry, photos: Path, tmp_path: Path
) -> None:
    titles = ["Turi \ufffe", "]]><!-- &amp; \"'", "ꦏꦮꦸꦁ 中 🧵 e\u0301"]
    for number, title in enumerate(titles, 1):
        note = f"<lido>\n{title}\u2028" if number == 2 else ""
        registry.register(photos / f"{number}.png", title=title, note=note)
    export(registry, tmp_path / "o.xml")
    root = ET.parse(tmp_path / "o.xml").getroot()
    assert [problems(lido) for lido in root] == [[]] * 3
    shown = [lido.findtext(f".//{{{LIDO}}}titleSet/{{{LIDO}}}appellationValue") for lido in root]
    assert shown == ["Turi \ufffd", *(entry.title for entry in list(registry)[1:])]


def test_lido_of_a_photo_without_a_file_name_is_valid(
    registry: Registry, photos: Path, tmp_path: Path
) -> None:
    registry.register((photos / "1.png").read_bytes(), title="Turi")
    export(registry, tmp_path / "o.xml")
    root = ET.parse(tmp_path / "o.xml").getroot()
    assert problems(root[0]) == []
    assert root.find(f".//{{{LIDO}}}resourceDescription") is None


@pytest.mark.slow
@given(title=st.text(max_size=40), note=st.text(max_size=40))
def test_lido_of_any_title_and_note_is_valid(filled_folder: Path, title: str, note: str) -> None:
    try:
        title, note = clean_title(title), clean_note(note)
    except ParameterError:
        reject()  # no entry has such a title or note
    outgoing = entry_with_records(filled_folder)
    lido = lido_of(replace(outgoing, entry=replace(outgoing.entry, title=title, note=note)))
    assert problems(ET.fromstring(ET.tostring(lido))) == []


@lru_cache
def entry_with_records(folder: Path) -> OutgoingEntry:
    with Registry.open(folder, profile=CHEAPEST_1) as registry:
        return next(outgoing_entries(registry))


def test_lido_names_measurements_as_the_schema_does(filled: Registry, tmp_path: Path) -> None:
    export(filled, tmp_path / "o.xml")
    sets = ET.parse(tmp_path / "o.xml").getroot().iter(f"{{{LIDO}}}measurementsSet")
    assert next([child.text for child in element][:2] for element in sets) == ["width", "mm"]


def test_lido_loses_no_digit_of_a_measurement(registry: Registry, photos: Path, tmp_path: Path) -> None:
    entry = registry.register(photos / "1.png", title="Turi")
    registry.records.put(Specimen(entry=entry.id, width_mm=12345.678, height_mm=100_000))
    export(registry, tmp_path / "o.xml")
    values = ET.parse(tmp_path / "o.xml").getroot().iter(f"{{{LIDO}}}measurementValue")
    assert [value.text for value in values] == ["12345.678", "100000"]


def test_lido_says_that_an_entry_was_withdrawn(filled: Registry, tmp_path: Path) -> None:
    filled.withdraw("M-000001-3", reason="tertukar")
    export(filled, tmp_path / "o.xml", include_withdrawn=True)
    root = ET.parse(tmp_path / "o.xml").getroot()
    notes = root.iterfind(".//lido:objectDescriptionSet[@lido:type='withdrawn']", {"lido": LIDO})
    assert ["".join(note.itertext()).split()[1:] for note in notes] == [["tertukar"], ["x"]]
    assert [problems(lido) for lido in root] == [[], []]


def test_an_empty_registry_cannot_be_exported_as_lido(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no entry"):
        export(registry, tmp_path / "o.xml")
    assert list(tmp_path.glob("*.xml")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        "drop",
        "swap",
        "double",
        "strange",
        "empty",
        "type",
        "language",
        "attribute",
        "text",
        "resource",
        "tongue",
        "number",
    ],
)
def test_the_rules_notice_what_breaks_them(filled: Registry, tmp_path: Path, change: str) -> None:
    export(filled, tmp_path / "o.xml")
    lido = ET.parse(tmp_path / "o.xml").getroot()[0]
    described = lido[1]
    if change == "drop":
        described.remove(described[0])
    elif change == "swap":
        described[:] = [described[1], described[0], *described[2:]]
    elif change == "double":
        described.append(described[-1])
    elif change == "strange":
        ET.SubElement(described, "extra")
    elif change == "empty":
        lido[0].text = " "
    elif change == "type":
        lido[0].attrib.clear()
    elif change == "attribute":
        described[0].set(f"{{{LIDO}}}type", "x")
    elif change == "tongue":  # xs:language
        described.set("{http://www.w3.org/XML/1998/namespace}lang", "bahasa Indonesia")
    elif change == "number":  # xs:integer
        next(lido.iter(f"{{{LIDO}}}titleSet")).set(f"{{{LIDO}}}sortorder", "first")
    elif change == "text":
        described[0].tail = "x"
    elif change == "resource":
        next(lido.iter(f"{{{LIDO}}}resourceID")).attrib.clear()
    else:
        described.attrib.clear()
    assert problems(lido)
