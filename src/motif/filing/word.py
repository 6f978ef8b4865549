"""Letters as DOCX: an office's template filled in and read back, or a draft written from a sheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from motif.errors import ParameterError
from motif.extras import require
from motif.filing.sheet import Align, Block, Facts, Figure, Grid, Paragraph, Run, Sheet, Signatures
from motif.filing.values import FIELD, fill_in
from motif.messages import N_
from motif.report.text import printable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run as WordRun

LETTER_BYTES_MAX: Final = 5_000_000
_EXPANDED_BYTES_MAX: Final = 50_000_000
_FONT: Final = "Noto Sans"
_ALIGNMENTS: Final[Mapping[int, Align]] = {0: "left", 1: "center", 2: "right", 3: "justify"}
_EMPTY: Final = Paragraph(runs=())
_OFFICE: Final = "word/document.xml"
_CARRIERS: Final = (
    "oleObject",
    "package",
    "vbaProject",
    "control",
    "aFChunk",
    "subDocument",
    "attachedTemplate",
    "frame",
)
"""Ends of the relations by which a Word file carries or loads what is no text or picture of its own."""
_LOADING: Final = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|EMBED)\b")
_PLACEHOLDERS: Final = re.compile(r"\{\{|\}\}|\{%|%\}")
_PROPERTIES: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/%s-properties"/>'
)
_FACTS: Final[Mapping[str, bytes]] = {
    "docProps/app.xml": _PROPERTIES % b"extended",
    "docProps/custom.xml": _PROPERTIES % b"custom",
}
"""What a program writes of itself and its owner, such as the company: left empty."""


def read_word(data: bytes, name: str) -> Document:
    """Open a Word file.

    Parameters
    ----------
    data : bytes
    name : str
        For the message.

    Returns
    -------
    docx.document.Document

    Raises
    ------
    MissingExtraError
        If the extra ``filing`` is not installed.
    ParameterError
        If it is no Word file, is too large, or runs, loads or carries something: macros, entities, fields
        and templates from elsewhere, embedded objects.
    """
    docx = require("docx", extra="filing")
    hint = N_("Save it in Word as .docx, without macros.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            expanded = sum(member.file_size for member in file.infolist())
            whole = _OFFICE in file.namelist() and not any("vbaProject" in n for n in file.namelist())
        if not whole or len(data) > LETTER_BYTES_MAX or expanded > _EXPANDED_BYTES_MAX:
            raise ValueError
        is_plain = _is_plain(data)
        document: Document = docx.Document(io.BytesIO(data))
    except Exception as error:  # lxml, zipfile and docx raise many kinds on a damaged file
        message = N_("{name}: expected a Word file of at most {most} MB", name=name, most=5)
        raise ParameterError(message, hint=hint) from error
    if not is_plain:
        message = N_("{name}: this Word file runs, loads or carries something else", name=name)
        raise ParameterError(
            message, hint=N_("Take out macros, embedded objects and links to other files, and save it again.")
        )
    for root in _roots(document):
        _unwrap(root)
    return document


def _is_plain(data: bytes) -> bool:
    """Tell whether a Word file has no entities, and neither loads nor carries other files."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            root = etree.fromstring(file.read(name), parser)
            if root.getroottree().docinfo.doctype:
                return False
            if name.endswith(".rels") and any(map(_loads, root)):
                return False
            said = "".join(each.text or "" for each in root.iter(_w("instrText")))
            said += " ".join(each.get(_w("instr"), "") for each in root.iter(_w("fldSimple")))
            if _LOADING.search(said.upper()):
                return False
    return True


def _loads(relation: Any) -> bool:
    kind = relation.get("Type", "").rpartition("/")[2]
    return kind in _CARRIERS or (relation.get("TargetMode") == "External" and kind != "hyperlink")


def _roots(document: Document) -> list[Any]:
    """Return the roots of body, heads and feet."""
    parts = [document.part, *document.part.package.iter_parts()]
    whole = {str(part.partname): part for part in parts if hasattr(part, "element")}
    return [part.element for name, part in whole.items() if re.match(r"/word/(document|header|footer)", name)]


def _unwrap(root: Any) -> None:
    """Take content controls and tracked changes for text like any other; drop what was deleted."""
    for gone in [*root.iter(_w("del"), _w("moveFrom"))]:
        if gone.getparent() is not None:
            gone.getparent().remove(gone)
    for wrapped in [*root.iter(_w("sdt"), _w("ins"), _w("moveTo"), _w("smartTag"))]:
        parent = wrapped.getparent()
        inner = wrapped.find(_w("sdtContent")) if wrapped.tag == _w("sdt") else wrapped
        if parent is not None:
            place = parent.index(wrapped)
            parent[place : place + 1] = list(() if inner is None else inner)


def fill_template(document: Document, values: Mapping[str, str]) -> None:
    """Fill the fields of a template in place, wherever in body, tables, head and foot they stand.

    Parameters
    ----------
    document : docx.document.Document
    values : mapping of str to str
        From ``letter_values``.

    Raises
    ------
    ParameterError
        If a field has no such name, or what stands in braces is none.
    """
    for runs in _every_run(document):
        text = "".join(run.text for run in runs)
        if _PLACEHOLDERS.search(FIELD.sub("", text)):
            message = N_(
                "the template has {text!r:.60}; expected fields such as {field}", text=text, field="{{judul}}"
            )
            raise ParameterError(message, hint=N_("A field is a name in two braces, and no more."))
        if FIELD.search(text):
            _fill_runs(runs, values)


def sheet_of(document: Document, title: str, foot: str) -> Sheet:
    """Read what a Word file says, to set it as PDF: paragraphs, numbers, tables, and the head above them.

    Parameters
    ----------
    document : docx.document.Document
    title, foot : str

    Returns
    -------
    Sheet
    """
    counter = _Numbers(document)
    head = [block for block in _blocks(document.sections[0].header, counter) if block != _EMPTY]
    blocks = [*head, *([_EMPTY] if head else []), *_blocks(document, counter)]
    while blocks and isinstance(blocks[-1], Paragraph) and not _text(blocks[-1]):
        blocks.pop()
    return Sheet(title=title, blocks=tuple(blocks), foot=foot)


def write_word(sheet: Sheet) -> Document:
    """Write a sheet as a Word file on A4.

    Parameters
    ----------
    sheet : Sheet
        Without figures.

    Returns
    -------
    docx.document.Document

    Raises
    ------
    MissingExtraError
        If the extra ``filing`` is not installed.
    """
    docx = require("docx", extra="filing")
    from docx.shared import Mm, Pt

    document: Document = docx.Document()
    section, style = document.sections[0], document.styles["Normal"]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(20)
    style.font.name, style.font.size = _FONT, Pt(10.5)
    style.paragraph_format.space_after = Pt(6)
    if sheet.draft:
        note = document.add_paragraph()
        note.add_run(sheet.draft).italic = True
    for block in sheet.blocks:
        _write_block(document, block)
    section.footer.paragraphs[0].text = sheet.foot
    return document


def word_bytes(document: Document, title: str, at: datetime) -> bytes:
    """Save a Word file; the same document and moment give the same bytes.

    Parameters
    ----------
    document : docx.document.Document
        Its properties are written anew: no name of a person or program stays in them.
    title : str
    at : datetime

    Returns
    -------
    bytes
    """
    at = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    facts = document.core_properties
    facts.title, facts.author, facts.last_modified_by = title, "motif", "motif"
    facts.comments = facts.keywords = facts.subject = facts.category = ""
    facts.created = facts.modified = at
    facts.last_printed, facts.revision, facts.language = at, 1, "id"
    made, plain = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, at.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, _FACTS.get(name) or source.read(name))
    return plain.getvalue()


def word_text(document: Document) -> str:
    """Return the text of a Word file, a line for each paragraph and row of a table.

    Parameters
    ----------
    document : docx.document.Document

    Returns
    -------
    str
    """
    from docx.text.paragraph import Paragraph as WordParagraph

    lines: list[str] = []
    for section in document.sections:
        lines += [paragraph.text for paragraph in section.header.paragraphs]
    for item in document.iter_inner_content():
        lines += [item.text] if isinstance(item, WordParagraph) else map("\t".join, _cells(item))
    for section in document.sections:
        lines += [paragraph.text for paragraph in section.footer.paragraphs]
    lines += [line for line in _aside(document) if line not in lines]
    return "\n".join(lines)


def _aside(document: Document) -> Iterator[str]:
    """Yield the paragraphs that stand beside the text: in boxes, other heads and feet, notes and comments."""
    from lxml import etree

    for box in document.element.iter(_w("txbxContent")):
        yield from map(_letters_of, box.iter(_w("p")))
    for part in document.part.package.iter_parts():
        if re.match(r"/word/(header|footer|footnotes|endnotes|comments)", str(part.partname)):
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = part.element if hasattr(part, "element") else etree.fromstring(part.blob, parser)
            yield from map(_letters_of, root.iter(_w("p")))


def _letters_of(paragraph: Any) -> str:
    return "".join(each.text or "" for each in paragraph.iter(_w("t")))


def _every_run(document: Document) -> Iterator[list[WordRun]]:
    """Yield the runs of each paragraph, wherever it stands: in tables, boxes, links, head and foot."""
    from docx.text.run import Run as WordRun

    for root in _roots(document):
        for paragraph in root.iter(_w("p")):
            runs = paragraph.xpath("./w:r | ./w:hyperlink/w:r | ./w:fldSimple/w:r")
            yield [WordRun(run, paragraph) for run in runs]


def _fill_runs(runs: list[WordRun], values: Mapping[str, str]) -> None:
    """Replace fields; Word may have cut one into several runs, of which the first one keeps its look."""
    starts, text = [], ""
    for run in runs:
        starts.append(len(text))
        text += run.text
    for field in reversed(list(FIELD.finditer(text))):
        first = max(place for place, start in enumerate(starts) if start <= field.start())
        last = max(place for place, start in enumerate(starts) if start < field.end())
        value = fill_in(field[0], values)
        tail = runs[last].text[field.end() - starts[last] :]
        if first == last:
            runs[first].text = runs[first].text[: field.start() - starts[first]] + value + tail
        else:
            runs[first].text = runs[first].text[: field.start() - starts[first]] + value
            runs[last].text = tail
            for run in runs[first + 1 : last]:
                run.text = ""


def _blocks(part: Any, counter: _Numbers) -> Iterator[Block]:
    for item in part.iter_inner_content():
        if hasattr(item, "rows"):
            rows = tuple(tuple(cells) for cells in _cells(item))
            if any(map(any, rows)):
                yield Grid(rows=rows, ruled=_is_ruled(item))
        else:
            yield _paragraph(item, counter)
            for box in item._p.iter(_w("txbxContent")):
                if not any(each.tag.endswith("}Fallback") for each in box.iterancestors()):
                    for text in filter(None, map(_letters_of, box.iter(_w("p")))):
                        yield Paragraph(runs=(Run(text=text),))


def _paragraph(item: WordParagraph, counter: _Numbers) -> Paragraph:
    mark, level = counter.mark(item)
    alignment = item.alignment if item.alignment is not None else item.style.paragraph_format.alignment  # type: ignore[union-attr]
    heading = bool(item.style and re.match(r"(Heading|Title|Judul)", item.style.name or ""))
    runs = tuple(
        Run(text=run.text.replace("\t", "    "), bold=bool(run.bold) or heading, italic=bool(run.italic))
        for run in item.runs
        if run.text
    )
    if "".join(run.text for run in item.runs) != item.text:  # text of links is in no run
        runs = (Run(text=item.text.replace("\t", "    "), bold=heading),)
    return Paragraph(
        runs=runs, align=_ALIGNMENTS.get(int(alignment or 0), "left"), mark=mark, level=level + bool(mark)
    )


def _cells(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        cells: dict[Any, str] = {}
        for cell in row.cells:
            cells[cell._tc] = _cell_text(cell).replace("\t", "    ").strip(" ")
        yield list(cells.values())


def _cell_text(cell: Any) -> str:
    """Return the text of a cell, with that of tables in it."""
    inner = ("\t".join(texts) for table in cell.tables for texts in _cells(table))
    return "\n".join(filter(None, (cell.text, *inner)))


def _is_ruled(table: Table) -> bool:
    borders = table._tbl.xpath("./w:tblPr/w:tblBorders/*[not(@w:val='nil' or @w:val='none')]")
    return bool(borders) or bool(table.style and "Grid" in (table.style.name or ""))


def _text(paragraph: Paragraph) -> str:
    return "".join(run.text for run in paragraph.runs).strip()


class _Numbers:
    """Says what Word prints before a numbered paragraph, which is not in its text."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str]] = {}
        self._counts: dict[str, list[int]] = {}
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        schemes = {each.get(_w("abstractNumId")): each for each in numbering.findall(_w("abstractNum"))}
        for number in numbering.findall(_w("num")):
            scheme = schemes.get(_value(number, "abstractNumId"))
            for each in () if scheme is None else scheme.findall(_w("lvl")):
                level = int(each.get(_w("ilvl")))
                form = (_value(each, "numFmt") or "decimal", _value(each, "lvlText") or "")
                self._levels[number.get(_w("numId")), level] = form

    def mark(self, paragraph: WordParagraph) -> tuple[str, int]:
        """Return the mark of a paragraph, empty for one without, and its level."""
        number = next(iter(paragraph._p.xpath("./w:pPr/w:numPr")), None)
        if number is None and paragraph.style is not None:
            number = next(iter(paragraph.style.element.xpath("./w:pPr/w:numPr")), None)
        if number is None:
            return "", 0
        level, key = int(_value(number, "ilvl") or 0), _value(number, "numId") or ""
        if (key, level) not in self._levels:
            return "", 0
        counts = self._counts.setdefault(key, [0] * 9)
        counts[level] += 1
        counts[level + 1 :] = [0] * (8 - level)
        form, text = self._levels[key, level]
        if form == "bullet":
            return "•", level

        def spelled(place: re.Match[str]) -> str:
            of = int(place[1]) - 1
            return _spelled(counts[of] or 1, self._levels.get((key, of), ("decimal", ""))[0])

        return re.sub(r"%([1-9])", spelled, text), level


def _spelled(number: int, form: str) -> str:
    """Write a number as a list has it.

    Examples
    --------
    >>> [_spelled(4, form) for form in ("decimal", "lowerLetter", "upperRoman")]
    ['4', 'd', 'IV']
    """
    if form.endswith("Letter"):
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif form.endswith("Roman"):
        rest, text = number, ""
        for value, letters in ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
            text, rest = text + letters * (rest // value), rest % value
    else:
        return str(number)
    return text.upper() if form.startswith("upper") else text


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _value(element: Any, name: str) -> str | None:
    found = element.find(_w(name))
    return None if found is None else found.get(_w("val"))


def _write_block(document: Document, block: Block) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    if isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, block.align.upper())
        if block.mark:
            paragraph.paragraph_format.left_indent = Mm(9 * block.level)
            paragraph.paragraph_format.first_line_indent = Mm(-9)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(9 * block.level))
            paragraph.add_run(f"{block.mark}\t")
        for run in block.runs:
            added = paragraph.add_run(printable(run.text, lines=True))
            added.bold, added.italic = run.bold or None, run.italic or None
    elif isinstance(block, Facts):
        if block.title:
            document.add_paragraph(block.title)
        _add_table(document, [(label, ":", value) for label, value in block.rows], (63, 4, 93))
    elif isinstance(block, Grid):
        _add_table(document, block.rows, (160 / max(map(len, block.rows)),) * max(map(len, block.rows)))
    elif isinstance(block, Signatures):
        _write_signatures(document, block)
    else:
        assert not isinstance(block, Figure), "letters have no figures"


def _write_signatures(document: Document, block: Signatures) -> None:
    document.add_paragraph()
    document.add_paragraph(printable(block.place_and_date)).paragraph_format.keep_with_next = True
    for first in range(0, len(block.signers), 2):
        pair = block.signers[first : first + 2]
        space = "\n\n\n"
        rows = [
            tuple(f"{signer.capacity}," for signer in pair),
            tuple("\n(meterai)\n" if signer.meterai else space for signer in pair),
            tuple(signer.name for signer in pair),
        ]
        _add_table(document, rows, (80,) * len(pair))


def _add_table(document: Document, rows: Iterable[tuple[str, ...]], widths_mm: tuple[float, ...]) -> None:
    from docx.shared import Mm, Pt

    rows = list(rows)
    table = document.add_table(len(rows), len(widths_mm))
    table.autofit = False
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text, width in zip(row.cells, texts, widths_mm, strict=False):
            cell.width, cell.text = Mm(width), printable(text, lines=True)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(2)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
