"""Filings with invented people, clean or with one mistake in one text, as an office might make it."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import docx

from motif.filing.crosscheck import Mismatch, cross_check
from motif.filing.dossier import Dossier, Letter, Person, Signer, Transfer
from motif.filing.form import form_html
from motif.filing.letters import draft_letter
from motif.filing.setting import sheet_pdf
from motif.filing.sheet import Sheet
from motif.filing.values import day_text, dimensions, letter_values
from motif.filing.word import fill_template, sheet_of, word_bytes, write_word
from sample_filing import AT, sample_dossier

FIRST = (
    "Sulastri",
    "Tarmuji",
    "Wagiyem",
    "Kusnadi",
    "Lestari",
    "Purwanto",
    "Ngatini",
    "Bambang",
    "Mariyati",
    "Slamet",
    "Yuliana",
    "Hartono",
)
LAST = (
    "Wijayanti",
    "Hadisaputra",
    "Kusumaningrum",
    "Prasetyo",
    "Handayani",
    "Setiawan",
    "Rahmawati",
    "Suryadi",
    "Anggraini",
    "Wibowo",
)
THINGS = (
    "Turi",
    "Gendang",
    "Koi",
    "Melati",
    "Bambu",
    "Kopi",
    "Belimbing",
    "Nanas",
    "Pandan",
    "Tebu",
)
MOODS = (
    "Gerimis",
    "Pagi",
    "Senja",
    "Mekar",
    "Rimbun",
    "Kemarau",
    "Purnama",
    "Embun",
)
PLACES = (
    "Resa",
    "Brantas",
    "Kelud",
    "Serang",
    "Penataran",
    "Doko",
    "Wlingi",
)
GROUPS = ("KSM Percik Rekaan", "Kelompok Ciprat Rekaan", "CV Kain Rekaan Jaya")
TEMPLATES = {
    "form": (
        "SURAT PERNYATAAN",
        "Nama\t: {{pemegang_hak_1_nama}}",
        "Alamat\t: {{pemegang_hak_1_alamat_lengkap}}",
        "Judul Ciptaan\t: {{judul}}",
        "Nama Pencipta\t: {{pencipta}}",
        "Tanggal pertama kali diumumkan\t: {{tanggal_diumumkan}}",
        "Ukuran\t: {{ukuran}}",
        "Nomor registri\t: {{nomor_registri}}",
        "{{tempat}}, {{tanggal}}",
        "{{penanda_tangan_1}}",
    ),
    "prose": (
        "PERNYATAAN",
        "Dengan ini {{pemegang_hak_1_nama}} menyatakan bahwa karya berjudul “{{judul}}” ({{ukuran}}), yang "
        "diciptakan oleh {{pencipta}}, pertama kali diumumkan di {{kota_diumumkan}} pada "
        "{{tanggal_diumumkan}}, adalah karya asli. Hak dialihkan pada {{tanggal_pengalihan}}.",
        "Nomor registri {{nomor_registri}}.",
        "{{tempat}}, {{tanggal}}",
        "{{penanda_tangan_1}}",
    ),
}
"""Letters as offices write them, line by line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A filing's record, its texts, and what is wrong in one of them; nothing where ``kind`` is empty."""

    dossier: Dossier
    files: Mapping[str, bytes]
    kind: str
    file: str
    wrong: str

    def found(self) -> tuple[Mismatch, ...]:
        """Return what the cross-check says."""
        return cross_check(self.dossier, self.files)

    def is_named(self) -> bool:
        """Tell whether the cross-check names the text that is wrong, and what it says there."""
        whats = {"name": ("name",), "order": ("order of the names", "name"), "title": ("title",)}
        whats |= {"date": ("date",), "swapped dates": ("date",), "size": ("size",), "number": ("number",)}
        return any(each.file == self.file and each.what.en in whats[self.kind] for each in self.found())


def clean(seed: int) -> Seeded:
    """Return a filing whose texts agree."""
    rng = random.Random(seed)
    dossier = invented(rng)
    files = {"3-isian.html": form_html(dossier, [])}
    for letter in dossier.letters:
        for ending in ("pdf", "docx"):
            files[name_of(letter, ending)] = written(said(dossier, letter, pattern_of(letter, rng)), ending)
    return Seeded(dossier=dossier, files=files, kind="", file="", wrong="")


def mistaken(seed: int) -> Seeded:
    """Return a filing with one mistake in one of its letters."""
    rng = random.Random(seed)
    dossier = invented(rng)
    kind = sorted(MISTAKES)[seed % len(MISTAKES)]
    other, wrong = MISTAKES[kind](dossier, rng)
    letters = list(zip(dossier.letters, other.letters, strict=True))
    rng.shuffle(letters)
    for letter, miswritten in letters:
        pattern = pattern_of(letter, rng)
        bad = said(other, miswritten, pattern)
        if bad.blocks != said(dossier, letter, pattern).blocks:
            ending = rng.choice(("pdf", "docx"))
            file = name_of(letter, ending)
            return Seeded(
                dossier=dossier, files={file: written(bad, ending)}, kind=kind, file=file, wrong=wrong
            )
    return mistaken(seed + 1000)  # what was changed stands in none of the letters


def name_of(letter: Letter, ending: str) -> str:
    """Name a letter as it lies in the bag."""
    return f"2-tanda-tangan/1-{letter.key.replace('_', '-')}.{ending}"


def pattern_of(letter: Letter, rng: random.Random) -> str:
    """Choose how a letter is written: as the draft, or as an office has it."""
    return rng.choice(("", *TEMPLATES)) if letter.key == "surat_pernyataan" else ""


def said(dossier: Dossier, letter: Letter, pattern: str) -> Sheet:
    """Return what a letter says."""
    if not pattern:
        sheet = draft_letter(dossier, letter)
        assert sheet is not None
        return sheet
    document = docx.Document(io.BytesIO(template_of(TEMPLATES[pattern])))
    fill_template(document, letter_values(dossier, letter))
    return sheet_of(document, letter.label.id, "")


def written(sheet: Sheet, ending: str) -> bytes:
    """Write a letter as a PDF or a Word file."""
    if ending == "pdf":
        return sheet_pdf(sheet, AT)
    return word_bytes(write_word(sheet), sheet.title, AT)


def invented(rng: random.Random) -> Dossier:
    """Invent a filing: its title, two or three authors, who holds the right, days and sizes."""
    sample = sample_dossier()
    home = sample.people[0]
    names = [f"{a} {b}" for a, b in zip(rng.sample(FIRST, 4), rng.sample(LAST, 4), strict=True)]
    authors = [
        replace(home, name=name, address=f"Dusun Rekaan RT {rng.randint(1, 9)} RW 1")
        for name in names[: rng.choice((2, 3))]
    ]
    chair = names[3]
    group = replace(
        sample.people[2], name=rng.choice(GROUPS), represented_by=f"{chair}, Ketua", address="Jalan Kenanga 4"
    )
    start = date(2024, 1, 1) + timedelta(days=rng.randrange(300))
    days = [(start + timedelta(days=step)).isoformat() for step in sorted(rng.sample(range(500), 3))]
    size = rng.choice((2000, 2150, 2500)), rng.choice((1050, 1150, 900))
    title = f"{rng.choice(THINGS)} {rng.choice(MOODS)} {rng.choice(PLACES)}"
    signed = "2026-12-03"
    signer = Signer(name=chair, capacity=f"Ketua, untuk {group.name}", meterai=True)
    return replace(
        sample,
        work=replace(
            sample.work,
            title=title,
            description=f"Kain dengan judul {title}, {dimensions(*size)}.",
            created_date=days[0],
            announced_date=days[1],
            width_mm=float(size[0]),
            height_mm=float(size[1]),
        ),
        people=(*authors, group),
        fields=(),
        transfer=Transfer(ground="perjanjian tertulis", date=days[2]),
        letters=tuple(
            replace(each, signers=_signers(each, authors, signer), date=signed) for each in sample.letters
        ),
    )


def _signers(letter: Letter, authors: Sequence[Person], chair: Signer) -> tuple[Signer, ...]:
    if letter.key == "surat_pernyataan":
        return (chair,)
    return (*(Signer(name=author.name, capacity="Pencipta") for author in authors), chair)


def _letter_off(text: str, rng: random.Random) -> str:
    """Write a text with one letter left out, doubled, exchanged with its neighbour, or another."""
    inside = [at for at in range(1, len(text) - 1) if text[at].isalpha() and text[at + 1].isalpha()]
    place = rng.choice(inside)
    before, letter, after = text[:place], text[place], text[place + 1 :]
    other = rng.choice([each for each in "aeioubdgkmnst" if each != letter.lower()])
    choices = [before + after, before + letter + letter + after, before + other + after]
    if after[0] != letter:
        choices.append(before + after[0] + letter + after[1:])
    return rng.choice(choices)


def _name(dossier: Dossier, rng: random.Random) -> tuple[Dossier, str]:
    """Change a letter of a name, or put somebody else."""
    place = rng.randrange(len(dossier.people))
    right = dossier.people[place].name
    wrong = _letter_off(right, rng) if rng.random() < 0.8 else "Paijo Sastrowardoyo"
    people = tuple(replace(each, name=wrong) if n == place else each for n, each in enumerate(dossier.people))
    letters = tuple(
        replace(
            letter,
            signers=tuple(replace(each, name=each.name.replace(right, wrong)) for each in letter.signers),
        )
        for letter in dossier.letters
    )
    return replace(dossier, people=people, letters=letters), wrong


def _order(dossier: Dossier, rng: random.Random) -> tuple[Dossier, str]:
    authors = [*dossier.named("pencipta")]
    first = rng.randrange(len(authors) - 1)
    authors[first], authors[first + 1] = authors[first + 1], authors[first]
    return replace(dossier, people=(*authors, *dossier.named("pemegang_hak"))), authors[first].name


def _title(dossier: Dossier, rng: random.Random) -> tuple[Dossier, str]:
    title = dossier.work.title
    wrong = (
        _letter_off(title, rng) if rng.random() < 0.5 else f"{rng.choice(THINGS)} {rng.choice(MOODS)} Lain"
    )
    return replace(dossier, work=replace(dossier.work, title=wrong)), wrong


def _date(dossier: Dossier, rng: random.Random) -> tuple[Dossier, str]:
    assert dossier.transfer is not None
    day = date.fromisoformat(dossier.work.announced_date) + timedelta(days=rng.choice((1, 10, 31, 365)))
    other = replace(dossier, work=replace(dossier.work, announced_date=day.isoformat()))
    return replace(other, transfer=replace(dossier.transfer, date=day.isoformat())), day_text(day.isoformat())


def _swapped(dossier: Dossier, rng: random.Random) -> tuple[Dossier, str]:
    """Put each of two days in the other's place."""
    assert dossier.transfer is not None
    announced, moved = dossier.work.announced_date, dossier.transfer.date
    other = replace(dossier, work=replace(dossier.work, announced_date=moved))
    return replace(other, transfer=replace(dossier.transfer, date=announced)), day_text(moved)


def _size(dossier: Dossier, rng: random.Random) -> tuple[Dossier, str]:
    assert dossier.work.width_mm is not None
    other = replace(dossier.work, width_mm=dossier.work.width_mm + rng.choice((10, 100, -200)))
    return replace(dossier, work=other), dimensions(other.width_mm, other.height_mm)


def _number(dossier: Dossier, rng: random.Random) -> tuple[Dossier, str]:
    wrong = rng.choice(("M-000008-6", "M-000030-7", "M-000042-7"))
    return replace(dossier, work=replace(dossier.work, entry_id=wrong)), wrong


MISTAKES: Mapping[str, Callable[[Dossier, random.Random], tuple[Dossier, str]]] = {
    "name": _name,
    "order": _order,
    "title": _title,
    "date": _date,
    "swapped dates": _swapped,
    "size": _size,
    "number": _number,
}


def template_of(lines: Sequence[str]) -> bytes:
    """Write a Word file with a paragraph for each line."""
    document, out = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()
