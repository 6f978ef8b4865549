"""Do all texts of a filing say the same? Names, their order, title, dates, numbers and sizes.

The texts are read again from the finished files and held against the record.

A text that says nothing about a thing does not disagree; a letter must name its title and who signs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Final

from motif.filing.dossier import Dossier, Letter, Words
from motif.filing.naming import FORMS, Naming, Reading, compared, squeezed
from motif.filing.recorded import (
    ADDRESS,
    CITY,
    COUNTRY,
    DATE,
    DESCRIPTION,
    NAME,
    NUMBER,
    SIZE,
    TITLE,
    Label,
    Recorded,
    dates_in,
    is_place_and_date,
    spread,
    tidy,
)
from motif.filing.texts import texts_of
from motif.filing.values import day_text, dimensions
from motif.report.text import printable
from motif.report.typesetting import spelled

UPLOADS: Final = "1-unggah/"
LETTERS: Final = "2-tanda-tangan/"
FORM: Final = "3-isian.html"
CHECK_LIST: Final = "0-periksa.pdf"
EVIDENCE: Final = "4-bukti/"

_NUMBER: Final = r"(\d+(?:[.,]\d+)?)"
_SIZE: Final = re.compile(rf"{_NUMBER}\s*(mm|cm|m)?\s*[x×X]\s*{_NUMBER}\s*(mm|cm|m)\b")
_MILLIMETRES: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_ID: Final = re.compile(r"\b([MF])-\d{6}-\d\b")
_QUOTED_TITLE: Final = re.compile(
    r"(?:judul(?:nya)?|berjudul|titled|entitled|titel)\s*:?\s*[“\"«']([^”\"»'\n]{2,120})[”\"»']",
    re.IGNORECASE,
)
_BETWEEN_VALUES: Final = r"(?:[;,&]|\bdan\b|\band\b|\n)"
_OTHER_DAYS: Final = re.compile(
    r"lahir|born|akta|undang|peraturan|keputusan|pendirian|berdiri|berlaku", re.IGNORECASE
)
"""Words before days that the record does not have."""
_TODAY: Final = re.compile(r"\bhari ini,?\s+(?:\w+,\s+)?(?:tanggal\s+)?$", re.IGNORECASE)
_ANY_DAY: Final = "*"
_NEAR: Final = 300
"""Letters behind a label within which an address has to stand."""
_LONG_WORD: Final = re.compile(r"\S{25,}")
"""Such a word is broken where a line of a PDF ends."""
_FOOT: Final = re.compile(r"M-\d{6}-\d · F-\d{6}-\d · ")
_UNFILLED: Final = re.compile(r"^[\s._…–-]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """Something that a text says otherwise than the record.

    Parameters
    ----------
    file : str
        Its name in the bag.
    what : Words
        Such as ``NAME``.
    found : str
        As the text has it; empty if it is missing there.
    expected : str
        As the record has it; empty if the record knows of none.
    """

    file: str
    what: Words
    found: str
    expected: str


def cross_check(
    dossier: Dossier, files: Mapping[str, bytes], texts: Mapping[str, str] | None = None
) -> tuple[Mismatch, ...]:
    """Hold every text of a filing against its record.

    Parameters
    ----------
    dossier : Dossier
    files : mapping of str to bytes
        Names as in the bag, such as ``2-tanda-tangan/surat-pernyataan.docx``.
    texts : mapping of str to str, optional
        What ``texts_of`` reads in them.

    Returns
    -------
    tuple of Mismatch
        In the order of the files, without repetitions.

    Raises
    ------
    MissingExtraError
        If the extra ``filing`` is not installed.
    ParameterError
        If a file is damaged.
    """
    texts = texts_of(files) if texts is None else texts
    typed, printed = Recorded(dossier, printable), Recorded(dossier, spelled)
    found = [
        each
        for name, text in texts.items()
        for each in _of_file(printed if name.endswith(".pdf") else typed, name, files[name], tidy(text))
    ]
    return tuple(dict.fromkeys(found))


def _of_file(known: Recorded, name: str, data: bytes, text: str) -> Iterator[Mismatch]:
    if name.startswith(EVIDENCE):
        if known.work.entry_id in text and known.work.title.casefold() not in _plain(text):
            yield Mismatch(file=name, what=TITLE, found="", expected=known.work.title)
        return
    if not text.strip():
        return  # a scan
    if name == CHECK_LIST:
        yield from _in_check_list(known, name, text)
        return
    letter = _letter_of(known.dossier, name)
    reading = Reading(text, known, letter)
    found = [*_named(known, reading, name, text)]
    if name == FORM:
        found += _in_form(known, name, data.decode())
    found += _labelled(known, name, text)
    if letter is not None:
        found += _missing(known, reading, letter, name)
    found += [*_misdated(known, name, reading, letter), *_misnumbered(known, name, reading)]
    yield from (each for each in found if not _is_told(each, found))


def _is_told(one: Mismatch, found: Sequence[Mismatch]) -> bool:
    """Tell whether another finding says the same of more words, or what stands in a name's place."""
    for other in found:
        if other != one and other.what == one.what:
            if not one.found and one.expected in (other.expected, *other.expected.split("; ")):
                return True
            if other.expected == one.expected and one.found and one.found in other.found:
                return True
    return False


def _letter_of(dossier: Dossier, name: str) -> Letter | None:
    """Return the letter that a file holds: drafted, or signed and put in."""
    stem = re.sub(r"^\d+-", "", name.rpartition("/")[2].rpartition(".")[0])
    if not name.startswith((LETTERS, UPLOADS)):
        return None
    return next((each for each in dossier.letters if stem.startswith(each.key.replace("_", "-"))), None)


def _named(known: Recorded, reading: Reading, name: str, text: str) -> Iterator[Mismatch]:
    """Hold the names of a text, and what nearly is one or the title, against the record."""
    found: list[Naming] = []
    if name != FORM:  # its values are held one by one
        for role, label in known.role_labels.items():
            wanted = [person.name for person in known.roles[role]]
            slots = list(reading.slots([match.end() for match in label.finditer(text)]))
            joined = [name for names in slots for name in names]
            for names in [joined] if joined == wanted else slots:
                found += compared(names, wanted)
        found += [*reading.lists(), *reading.with_titles(), *reading.signed_otherwise()]
    found += [each for each in reading.misspelled() if name != FORM or each.what == TITLE]
    for each in found:
        yield Mismatch(file=name, what=each.what, found=each.found, expected=each.expected)


def _missing(known: Recorded, reading: Reading, letter: Letter, name: str) -> Iterator[Mismatch]:
    wanted = [(TITLE, known.work.title), *((NAME, signer.name) for signer in letter.signers)]
    missing = [Naming(what=what, found="", expected=each) for what, each in wanted if not reading.names(each)]
    for each in (*missing, *reading.left_out()):
        yield Mismatch(file=name, what=each.what, found="", expected=each.expected)


def _in_check_list(known: Recorded, name: str, text: str) -> Iterator[Mismatch]:
    """Hold the check list's head, feet and who signs against the record; the rest cites what was found."""
    work, filing = known.work, known.dossier
    lines = text.splitlines()
    head = next((n for n, line in enumerate(lines) if _ID.search(line)), len(lines))
    route = filing.route.label.said(filing.language)
    title = " ".join(lines[1 : head + 1]).partition(route)[0].strip()
    if squeezed(title) != squeezed(work.title):
        yield Mismatch(file=name, what=TITLE, found=title, expected=work.title)
    own = {work.entry_id, filing.filing_id}
    for line in lines[head : head + 1] + [line for line in lines if _FOOT.match(line)]:
        for match in _ID.finditer(line):
            if match[0] not in own:
                expected = work.entry_id if match[1] == "M" else filing.filing_id
                yield Mismatch(file=name, what=NUMBER, found=match[0], expected=expected)
    for letter in filing.letters:
        reading = Reading(text, known, letter)
        for signer in letter.signers:
            if not reading.names(signer.name):
                yield Mismatch(file=name, what=NAME, found="", expected=signer.name)


def _in_form(known: Recorded, name: str, page: str) -> Iterator[Mismatch]:
    """Hold the form's values against work and people: each of them goes its own way into the file."""
    work, roles = known.work, known.roles
    expected = {
        "judul": (TITLE, work.title),
        "uraian_singkat": (DESCRIPTION, tidy(printable(work.description, lines=True))),
        "nama_ebt": (TITLE, work.title),
        "tanggal_diumumkan": (DATE, work.announced_date),
        "tanggal_pengungkapan": (DATE, work.disclosed_date),
        "kota_diumumkan": (CITY, work.announced_city),
        "negara_diumumkan": (COUNTRY, work.announced_country),
    }
    for role, field in (("pemegang_hak", "pemegang"), *((role, role) for role in roles)):
        for number, person in enumerate(roles.get(role, ()), 1):
            expected[f"{field}.{number}.nama"] = (NAME, person.name)
    values = {
        unescape(key): tidy(unescape(value))
        for key, value in re.findall(r'data-key="([^"]*)" data-value="([^"]*)"', page)
    }
    for key, (what, wanted) in expected.items():
        value = values.get(key, "")
        days = [iso for _match, iso in dates_in(value)]
        if value and wanted not in (value, *days):
            yield Mismatch(file=name, what=what, found=value, expected=wanted)


def _labelled(known: Recorded, name: str, text: str) -> Iterator[Mismatch]:
    """Find labels with something else behind them than what the record has."""
    for label in known.labels:
        for match in label.pattern.finditer(text):
            rest = text[match.end() :]
            line = rest.lstrip(" \t").partition("\n")[0].strip()
            if _UNFILLED.fullmatch(line) or _agrees(rest, label):
                continue
            closest = max(
                label.allowed, key=lambda value: SequenceMatcher(None, value, line).ratio(), default=""
            )
            told = label.what != ADDRESS  # it stands in the form and the letters only
            yield Mismatch(file=name, what=label.what, found=line * told, expected=closest * told)
    for match in _QUOTED_TITLE.finditer(text):
        if _plain(match[1]) != _plain(known.work.title):
            yield Mismatch(file=name, what=TITLE, found=match[1].strip(), expected=known.work.title)


def _agrees(rest: str, label: Label) -> bool:
    """Tell whether what stands behind a label is what the record has: one value, or a list of them.

    It ends where a line does, and may be broken into lines.
    """
    if label.loose:
        near = _plain(rest[:_NEAR])
        return not label.allowed or any(_plain(value) in near for value in label.allowed)
    values = sorted(label.allowed, key=len, reverse=True)
    any_value = "|".join(r"\s+".join(map(_word_pattern, value.split())) for value in values)
    form = FORMS.pattern if label.what == NAME else ""
    one = rf"(?:\d+[.)]\s*)?{form}[“\"«']?(?:{any_value})[”\"»']?"
    pattern = rf"\s*{one}(?:\s*{_BETWEEN_VALUES}\s*{one})*[ \t.;,]*(?:\n|$)"
    return bool(values) and bool(re.match(pattern, rest, re.IGNORECASE))


def _word_pattern(word: str) -> str:
    """Match a word, which may be broken into lines if it is long."""
    return r"\s*".join(map(re.escape, word)) if _LONG_WORD.match(word) else re.escape(word)


def _misdated(known: Recorded, name: str, reading: Reading, letter: Letter | None) -> Iterator[Mismatch]:
    text = reading.text
    for match, iso in dates_in(text):
        if reading.inside(match.start()):
            continue
        expected = _day_of_words(known, _before(text, match.start()))
        if expected is None and letter is not None:
            expected = iso if iso in known.days else ""
            if is_place_and_date(text, match):
                expected = letter.date or iso
            elif _TODAY.search(text[: match.start()]):
                days = _days_of(known, letter)
                expected = iso if iso in days or not days else days[0]
        if expected not in (None, _ANY_DAY, iso):
            yield Mismatch(
                file=name, what=DATE, found=" ".join(match[0].split()), expected=day_text(expected)
            )


def _days_of(known: Recorded, letter: Letter) -> list[str]:
    """Return on which days a letter may say that it is made."""
    transfer = known.dossier.transfer
    moved = transfer.date if transfer and letter.key == "surat_pengalihan_hak" else ""
    return [day for day in (moved, letter.date) if day]


def _day_of_words(known: Recorded, before: str) -> str | None:
    """Return the day of which the words before a date speak: None if of none, "*" if of one not recorded."""
    named = [
        (place.end(), day)
        for words, day in [*known.dates.items(), (_OTHER_DAYS.pattern, _ANY_DAY)]
        for place in re.finditer(rf"(?:{spread(words)})", before, re.IGNORECASE)
    ]
    return max(named, key=lambda each: each[0], default=(0, None))[1]


def _before(text: str, end: int) -> str:
    """Return what stands before a date: its line so far, and the lines above it if that is only a colon."""
    lines = text[max(0, end - 160) : end].split("\n")
    taken = [lines.pop()]
    while lines and re.fullmatch(r"[\s:]*|diumumkan[\s:]*", taken[0]):
        taken.insert(0, lines.pop())
    return re.split(r"[.;]\s", "\n".join(taken))[-1]


def _misnumbered(known: Recorded, name: str, reading: Reading) -> Iterator[Mismatch]:
    text = reading.text
    for match in _ID.finditer(text):
        expected = known.work.entry_id if match[1] == "M" else known.dossier.filing_id
        if match[0] != expected:
            yield Mismatch(file=name, what=NUMBER, found=match[0], expected=expected)
    size = (known.work.width_mm, known.work.height_mm)
    if None in size:
        return
    for match in _SIZE.finditer(text):
        if reading.inside(match.start()):
            continue
        width, height = (
            float(value.replace(",", ".")) * _MILLIMETRES[unit]
            for value, unit in ((match[1], match[2] or match[4]), (match[3], match[4]))
        )
        if (round(width, 3), round(height, 3)) != size:
            expected = dimensions(known.work.width_mm, known.work.height_mm)
            yield Mismatch(file=name, what=SIZE, found=match[0], expected=expected)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
