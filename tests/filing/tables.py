"""Filings and mistakes as tables, and the texts that are written of them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import docx
from tests.filing.seeded import Seeded, name_of, template_of, written

from motif.filing.bag import build_file, files_in
from motif.filing.dossier import Dossier, FieldRow, Letter, Signer, Transfer, Words
from motif.filing.form import form_html
from motif.filing.letters import draft_letter
from motif.filing.sheet import Sheet
from motif.filing.values import dimensions, letter_values
from motif.filing.word import fill_template, sheet_of
from motif.registry.records.ids import format_id
from sample_filing import fields as sample_fields
from sample_filing import sample_dossier

FORM, LIST = "3-isian.html", "0-periksa.pdf"
FILES = {
    "form": FORM,
    "list": LIST,
    "statement.pdf": "2-tanda-tangan/1-surat-pernyataan.pdf",
    "statement.docx": "2-tanda-tangan/1-surat-pernyataan.docx",
    "transfer.pdf": "2-tanda-tangan/1-surat-pengalihan-hak.pdf",
    "transfer.docx": "2-tanda-tangan/1-surat-pengalihan-hak.docx",
}


class Change(NamedTuple):
    """What one text writes otherwise: everywhere in it, or in one place, counted from 0, -1 the last."""

    file: str
    texts: Mapping[str, str]
    place: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Clean filings, and mistakes in them.

    Parameters
    ----------
    filings : str
        A line each: title | authors | who holds the right, if not the first author | whose chair is | first
        shown | transferred | width × height in mm | number of the entry | how the letters are worded, if not
        as drafted
    otherwise : str
        Filing, counted from 1 | text | what is recorded -> what it says, still right | in which place only
    mistaken : str
        Filing | what is wrong, as in ``Seeded`` | text | what is recorded -> what it says | place
    words : mapping of (wording, key of the letter) to lines
        Office's own letters.
    address : str
        Of the holder.
    """

    filings: str
    otherwise: str
    mistaken: str
    words: Mapping[tuple[str, str], Sequence[str]]
    address: str = "Jalan Raden Ajeng Kartini 5"

    def cleans(self) -> Iterator[Seeded]:
        """Return the filings that agree."""
        for number in range(1, len(_rows_of(self.filings)) + 1):
            yield Seeded(
                dossier=self.recorded(number)[0], files=self.right_files(number), kind="", file="", wrong=""
            )

    def mistakes(self) -> Iterator[Seeded]:
        """Return the filings with a mistake in one text; their other texts are right."""
        for filing, kind, *rest in _rows_of(self.mistaken):
            change = _change(*rest)
            dossier, words = self.recorded(int(filing))
            bad = self.file_of(dossier, change.file, words, [change])
            yield Seeded(
                dossier=dossier,
                files={**self.right_files(int(filing)), change.file: bad},
                kind=kind,
                file=change.file,
                wrong=rest[1],
            )

    @cache  # noqa: B019
    def recorded(self, number: int) -> tuple[Dossier, str]:
        """Return what is recorded of a filing, and how its letters are worded."""
        title, names, holder, chair, announced, moved, size, entry, *words = _rows_of(self.filings)[
            number - 1
        ]
        width, height = map(float, size.split(" × "))
        sample = sample_dossier()
        authors = tuple(replace(sample.people[0], name=name) for name in names.split("; "))
        people = (replace(authors[0], roles=("pencipta", "pemegang_hak")), *authors[1:])
        signers = tuple(Signer(name=each.name, capacity="Pencipta") for each in authors)
        signed = {"surat_pernyataan": signers[:1]}
        if holder:
            body = replace(sample.people[2], name=holder, represented_by=f"{chair}, Ketua")
            people = (*authors, replace(body, address=self.address))
            head = Signer(name=chair, capacity=f"Ketua, untuk {holder}", meterai=True)
            signed = {"surat_pernyataan": (head,), "surat_pengalihan_hak": (*signers, head)}
        dossier = replace(
            sample,
            work=replace(
                sample.work,
                entry_id=format_id(int(entry)),
                title=title,
                description=f"Kain batik berjudul {title}, ukuran {dimensions(width, height)}.",
                announced_date=announced,
                width_mm=width,
                height_mm=height,
            ),
            people=people,
            files=(),
            transfer=Transfer(ground="hibah", date=moved) if moved else None,
            letters=tuple(
                replace(each, signers=signed[each.key]) for each in sample.letters if each.key in signed
            ),
        )
        return replace(dossier, fields=tuple(_fields(dossier))), "".join(words)

    @cache  # noqa: B019
    def right_files(self, number: int) -> Mapping[str, bytes]:
        """Return a filing's texts without a mistake."""
        dossier, words = self.recorded(number)
        changes = [_change(*rest) for filing, *rest in _rows_of(self.otherwise) if int(filing) == number]
        names = [
            FORM,
            LIST,
            *(name_of(each, ending) for each in dossier.letters for ending in ("pdf", "docx")),
        ]
        return {
            name: self.file_of(dossier, name, words, [each for each in changes if each.file == name])
            for name in names
        }

    def file_of(self, dossier: Dossier, name: str, words: str, changes: Sequence[Change]) -> bytes:
        """Write one text of a filing, with what it writes otherwise."""
        part: Any = dossier
        if name == FORM:
            part = dossier.fields
        elif name != LIST:
            (letter,) = (each for each in dossier.letters if name.startswith(name_of(each, "")))
            part = self._sheet(dossier, letter, words)
        for change in changes:
            part = _changed(part, change)
        if name == FORM:
            return form_html(replace(dossier, fields=part), [])
        return (
            files_in(build_file(part).data)[LIST] if name == LIST else written(part, name.rsplit(".", 1)[1])
        )

    def _sheet(self, dossier: Dossier, letter: Letter, words: str) -> Sheet:
        """Return what a letter says, as drafted or in an office's words."""
        lines = self.words.get((words, letter.key))
        if lines is None:
            sheet = draft_letter(dossier, letter)
            assert sheet is not None
            return sheet
        document = docx.Document(io.BytesIO(template_of(lines)))
        fill_template(document, letter_values(dossier, letter))
        return sheet_of(document, letter.label.id, "")


def _fields(dossier: Dossier) -> Iterator[FieldRow]:
    """Return the form's fields as they are recorded."""
    work, rows = dossier.work, sample_fields()
    values = {
        "judul": work.title,
        "uraian_singkat": work.description,
        "tanggal_diumumkan": work.announced_date,
    }
    for row in rows:
        if row.group is None:
            yield replace(row, value=values.get(row.key, row.value))
    for key, role in (("pencipta", "pencipta"), ("pemegang", "pemegang_hak")):
        pattern = [row for row in rows if row.key.startswith(f"{key}.1.")]
        for number, person in enumerate(dossier.named(role), 1):
            for row in pattern:
                field = row.key.rsplit(".", 1)[1]
                value = {"nama": person.name, "alamat": person.address}.get(field, row.value)
                assert row.group is not None
                label = {each: getattr(row.group, each).replace("1", str(number)) for each in ("id", "en")}
                yield replace(row, key=f"{key}.{number}.{field}", value=value, group=Words(**label))


def _rows_of(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def _change(file: str, texts: str, place: str = "") -> Change:
    """Read a change: ``a -> b`` writes b for a, ``a <-> b`` each for the other."""
    right, mark, wrong = re.split(r" ?(<?->) ?", texts)
    both = {right: wrong, wrong: right} if mark == "<->" else {right: wrong}
    return Change(FILES[file], both, int(place) if place else None)


def _changed(part: Any, change: Change) -> Any:
    """Write a part otherwise."""
    wanted = re.compile("|".join(map(re.escape, sorted(change.texts, key=len, reverse=True))))
    places: list[str] = []
    _mapped(part, lambda text: places.extend(wanted.findall(text)) or text)
    if not places:
        raise ValueError(f"{change.file} does not say {list(change.texts)}")
    chosen, counted = change.place, count()
    if chosen is not None:
        chosen %= len(places)

    def put(found: re.Match[str]) -> str:
        return change.texts[found[0]] if chosen in (None, next(counted)) else found[0]

    return _mapped(part, lambda text: wanted.sub(put, text))


def _mapped(part: Any, change: Callable[[str], str]) -> Any:
    """Change all texts inside a part."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(_mapped(each, change) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(
            part, **{each.name: _mapped(getattr(part, each.name), change) for each in fields(part)}
        )
    return part
