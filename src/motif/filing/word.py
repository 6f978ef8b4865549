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

LETTER_BYTES_MAX: Final = 5_000_000
_EXPANDED_BYTES_MAX: Final = 50_000_000
_FONT: Final = "Noto Sans"
_ALIGNMENTS: Final[Mapping[int, Align]] = {0: "left", 1: "center", 2: "right", 3: "justify"}
_EMPTY: Final = Paragraph(runs=())
_OFFICE: Final = "word/document.xml"


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
        If it is no Word file without macros, or too large.
    """
    docx = require("docx", extra="filing")
    hint = N_("Save it in Word as .docx, without macros.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            expanded = sum(member.file_size for member in file.infolist())
            whole = _OFFICE in file.namelist() and not any("vbaProject" in n for n in file.namelist())
        if not whole or len(data) > LETTER_BYTES_MAX or expanded > _EXPANDED_BYTES_MAX:
            raise ValueError
        document: Document = docx.Document(io.BytesIO(data))
    except Exception as error:  # lxml, zipfile and docx raise many kinds on a damaged file
        message = N_("{name}: expected a Word file of at most {most} MB", name=name, most=5)
        raise ParameterError(message, hint=hint) from error
    return document


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
        If a field has no such name.
    """
    for paragraph in _every_paragraph(document):
        if FIELD.search(paragraph.text):
            _fill_paragraph(paragraph, values)


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
            target.writestr(member, source.read(name))
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
    return "\n".join(lines)


def _every_paragraph(document: Document) -> Iterator[WordParagraph]:
    parts: list[Any] = [document]
    for section in document.sections:
        parts += [section.header, section.footer, section.first_page_header, section.first_page_footer]
    for part in parts:
        yield from _paragraphs_in(part)


def _paragraphs_in(part: Any) -> Iterator[WordParagraph]:
    yield from part.paragraphs
    for table in part.tables:
        seen: set[Any] = set()
        for row in table.rows:
            for cell in row.cells:
                if cell._tc not in seen:  # a merged cell is named once for each column
                    seen.add(cell._tc)
                    yield from _paragraphs_in(cell)


def _fill_paragraph(paragraph: WordParagraph, values: Mapping[str, str]) -> None:
    """Replace fields; Word may have cut one into several runs, of which the first one keeps its look."""
    runs = list(paragraph.runs)
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
            cells[cell._tc] = cell.text.replace("\t", "    ").strip(" ")
        yield list(cells.values())


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
