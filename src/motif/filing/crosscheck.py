"""Do all texts of a filing say the same? Names, their order, title, dates, numbers and sizes.

The texts are read again from the finished files and held against the record.

A text that says nothing about a thing does not disagree; a letter must name its title and who signs it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from html import unescape
from itertools import pairwise
from typing import Final

from motif.filing.dossier import Dossier, Letter, Words
from motif.filing.texts import texts_of
from motif.filing.values import day_text, dimensions, full_address, names_of
from motif.report.typesetting import spelled

UPLOADS: Final = "1-unggah/"
LETTERS: Final = "2-tanda-tangan/"
FORM: Final = "3-isian.html"
CHECK_LIST: Final = "0-periksa.pdf"
EVIDENCE: Final = "4-bukti/"

_ALIKE: Final = 0.84
"""From here on two phrases are one, miswritten."""
_SHORTEST: Final = 5
"""Letters of a phrase that is worth looking for in other spellings."""
_MONTHS: Final = (
    ("januari", "january", "jan"),
    ("februari", "february", "feb", "pebruari"),
    ("maret", "march", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("agustus", "august", "agu", "aug", "agt"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov"),
    ("desember", "december", "des", "dec"),
)
_MONTH_NUMBERS: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH: Final = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_DATE: Final = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<day>\d{{1,2}})(?:\s+(?P<word>{_MONTH})\.?\s+"
    r"|\s?[-/.]\s?(?P<month>\d{1,2})\s?[-/.]\s?)(?P<year>\d{4}))\b",
    re.IGNORECASE,
)
_NUMBER: Final = r"(\d+(?:[.,]\d+)?)"
_SIZE: Final = re.compile(rf"{_NUMBER}\s*(mm|cm|m)?\s*[x×X]\s*{_NUMBER}\s*(mm|cm|m)\b")
_MILLIMETRES: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_ID: Final = re.compile(r"\b([MF])-\d{6}-\d\b")
_WORD: Final = re.compile(r"[^\W_]+(?:[’'`-][^\W_]+)*")
_BETWEEN_NAMES: Final = re.compile(r"(?:[\s;,&/]|\d+[.)]|\bdan\b|\band\b)*")
_QUOTED_TITLE: Final = re.compile(
    r"(?:judul(?:nya)?|berjudul|titled|entitled|titel)\s*:?\s*[“\"«']([^”\"»'\n]{2,120})[”\"»']",
    re.IGNORECASE,
)
_SIGNED: Final = re.compile(r"^\s*[^\W\d][\w ./'-]{1,40},\s*(?:tanggal\s+)?$")
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘`´", "'"))
_UNFILLED: Final = re.compile(r"^[\s._…–-]*$")

NAME: Final = Words(id="nama", en="name")
ORDER: Final = Words(id="urutan nama", en="order of the names")
TITLE: Final = Words(id="judul", en="title")
DATE: Final = Words(id="tanggal", en="date")
NUMBER: Final = Words(id="nomor", en="number")
SIZE: Final = Words(id="ukuran", en="size")


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
    typed, printed = (
        _Known(_tidied(dossier, _tidy)),
        _Known(_tidied(dossier, lambda text: _tidy(spelled(text)))),
    )
    found = [
        each
        for name, text in texts.items()
        for each in _of_file(printed if name.endswith(".pdf") else typed, name, files[name], _tidy(text))
    ]
    return tuple(dict.fromkeys(found))


def dates_in(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Find the dates of a text, in words or figures, Indonesian or English.

    Parameters
    ----------
    text : str

    Yields
    ------
    match : re.Match
    iso : str

    Examples
    --------
    >>> [iso for _match, iso in dates_in("Blitar, 3 Mei 2026; 04-12-2026; 2026-01-02")]
    ['2026-05-03', '2026-12-04', '2026-01-02']
    """
    for match in _DATE.finditer(text):
        if match["iso"]:
            yield match, match["iso"]
        else:
            month = _MONTH_NUMBERS[match["word"].lower()] if match["word"] else int(match["month"])
            yield match, f"{match['year']}-{month:02}-{int(match['day']):02}"


def _tidy(text: str) -> str:
    """Write letters and apostrophes in one way, as word processors do not."""
    return unicodedata.normalize("NFC", text).translate(_APOSTROPHES)


def _tidied(dossier: Dossier, tidy: Callable[[str], str]) -> Dossier:
    """Return a record whose title and names are written as texts have them."""
    people = tuple(
        replace(each, name=tidy(each.name), represented_by=tidy(each.represented_by))
        for each in dossier.people
    )
    letters = tuple(
        replace(letter, signers=tuple(replace(signer, name=tidy(signer.name)) for signer in letter.signers))
        for letter in dossier.letters
    )
    work = replace(dossier.work, title=tidy(dossier.work.title))
    return replace(dossier, work=work, people=people, letters=letters)


class _Known:
    """What the record says, in the forms in which texts say it."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.work = dossier.work
        self.roles = {
            role: tuple(person.name for person in dossier.named(role))
            for role in dict.fromkeys(role for person in dossier.people for role in person.roles)
        }

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everybody who may be named: people, who represents them, who signs."""
        people = self.dossier.people
        represented = [person.represented_by.partition(",")[0].strip() for person in people]
        signers = [signer.name for letter in self.dossier.letters for signer in letter.signers]
        names = [*(person.name for person in people), *represented, *signers]
        return tuple(dict.fromkeys(filter(None, names)))

    @cached_property
    def phrases(self) -> tuple[tuple[Words, str], ...]:
        """What is worth looking for in other spellings."""
        return (TITLE, self.work.title), *((NAME, name) for name in self.names)

    @cached_property
    def dates(self) -> dict[str, str]:
        """A word that stands before a date -> the day that the record has."""
        transfer = self.dossier.transfer
        return {
            r"diumumkan|pengumuman pertama|announced": self.work.announced_date,
            r"tanggal (?:dibuat|cipta|penciptaan)|diciptakan|date made|created": self.work.created_date,
            r"pengungkapan|diungkapkan|disclos": self.work.disclosed_date,
            r"tanggal pengalihan|dialihkan|transfer date": transfer.date if transfer else "",
            r"tanggal permohonan|diajukan|application date": self.dossier.application_date
            or f"{self.dossier.at:%Y-%m-%d}",
        }

    @cached_property
    def days(self) -> frozenset[str]:
        """Every day that the record names."""
        letters = [letter.date for letter in self.dossier.letters]
        fields = [iso for field in self.dossier.fields for _match, iso in dates_in(field.value)]
        return frozenset([*self.dates.values(), *letters, *fields, f"{self.dossier.at:%Y-%m-%d}"])

    @cached_property
    def labels(self) -> tuple[tuple[re.Pattern[str], Words, tuple[str, ...]], ...]:
        """A label as forms and letters have it, what it asks, and what may stand behind it."""
        work, people, transfer = self.work, self.dossier.people, self.dossier.transfer
        names = {
            role: (*of, names_of(self.dossier.named(role)), ", ".join(of)) for role, of in self.roles.items()
        }
        address = tuple(text for person in people for text in (full_address(person), person.address))
        kinds: list[tuple[str, Words, Iterable[str]]] = [
            (r"judul(?: ciptaan| desain)?|nama ebt|title", TITLE, (work.title,)),
            (r"nama(?: lengkap)?|name|yang bertanda tangan", NAME, self.names),
            *(
                (rf"(?:nama )?(?:para )?{label}", NAME, names.get(role, ()))
                for role, label in _ROLE_LABELS.items()
                if role in names
            ),
            (r"diwakili oleh", NAME, (person.represented_by for person in people)),
            (r"jenis ciptaan", Words(id="jenis", en="kind"), (work.kind,)),
            (r"sub-?\s?jenis ciptaan", Words(id="sub-jenis", en="sub-kind"), (work.subkind,)),
            (r"kota pertama kali diumumkan", Words(id="kota", en="city"), (work.announced_city,)),
            (r"negara pertama kali diumumkan", Words(id="negara", en="country"), (work.announced_country,)),
            (r"nomor permohonan", NUMBER, (self.dossier.application_no,)),
            (r"nomor akta", NUMBER, (transfer.deed_number if transfer else "",)),
            (r"alas hak", Words(id="alas hak", en="ground"), (transfer.ground if transfer else "",)),
            (r"alamat", Words(id="alamat", en="address"), address),
            (
                r"kewarganegaraan",
                Words(id="kewarganegaraan", en="nationality"),
                (p.nationality for p in people),
            ),
            (r"bagian", Words(id="bagian", en="share"), (person.share for person in people)),
        ]
        return tuple(
            (
                re.compile(rf"^[ \t]*(?:\d+[.)]\s*)?(?:{_spread(label)})\s*:", re.IGNORECASE | re.MULTILINE),
                what,
                tuple(dict.fromkeys(filter(None, allowed))),
            )
            for label, what, allowed in kinds
        )


_ROLE_LABELS: Final = {
    "pencipta": "pencipta",
    "pemegang_hak": "pemegang hak(?: cipta)?",
    "pendesain": "pendesain",
    "pemohon": "pemohon",
    "kuasa": "(?:penerima )?kuasa",
    "kustodian": "kustodian|komunitas asal",
    "pelapor": "pelapor",
}


def _of_file(known: _Known, name: str, data: bytes, text: str) -> Iterator[Mismatch]:
    if name.startswith(EVIDENCE):
        if known.work.entry_id in text and known.work.title.casefold() not in _plain(text):
            yield Mismatch(file=name, what=TITLE, found="", expected=known.work.title)
        return
    if not text.strip():
        return  # a scan
    letter = _letter_of(known.dossier, name)
    if letter is not None:
        yield from _missing(known, letter, name, text)
    yield from _misspelled(known, name, text)
    if name == CHECK_LIST:  # names what was found, with other numbers and days
        return
    if name == FORM:
        yield from _in_form(known, name, data.decode())
    yield from _labelled(known, name, text)
    yield from _in_disorder(known, name, text)
    yield from _misdated(known, name, text, letter)
    yield from _misnumbered(known, name, text)


def _letter_of(dossier: Dossier, name: str) -> Letter | None:
    """Return the letter that a file holds: drafted, or signed and put in."""
    stem = re.sub(r"^\d+-", "", name.rpartition("/")[2].rpartition(".")[0])
    if not name.startswith((LETTERS, UPLOADS)):
        return None
    return next((each for each in dossier.letters if stem.startswith(each.key.replace("_", "-"))), None)


def _missing(known: _Known, letter: Letter, name: str, text: str) -> Iterator[Mismatch]:
    plain = _squeezed(text)
    wanted = [(TITLE, known.work.title), *((NAME, signer.name) for signer in letter.signers)]
    for what, phrase in wanted:
        if _squeezed(phrase) not in plain:
            yield Mismatch(file=name, what=what, found="", expected=phrase)


def _misspelled(known: _Known, name: str, text: str) -> Iterator[Mismatch]:
    """Find what is almost a name or the title."""
    words = [(match.start(), match.group()) for match in _WORD.finditer(text)]
    folded = [word.casefold() for _start, word in words]
    phrases = [
        (what, phrase, [w.casefold() for w in _WORD.findall(phrase)]) for what, phrase in known.phrases
    ]
    taken = _exact_places(folded, [tokens for _what, _phrase, tokens in phrases])
    for what, phrase, tokens in phrases:
        if len(phrase) < _SHORTEST:
            continue
        for size in range(max(1, len(tokens) - 1), len(tokens) + 2):
            for place in range(len(folded) - size + 1):
                window = folded[place : place + size]
                if taken.intersection(range(place, place + size)) or not _may_be(window, tokens):
                    continue
                if SequenceMatcher(None, " ".join(window), " ".join(tokens)).ratio() >= _ALIKE:
                    start, end = words[place][0], words[place + size - 1]
                    found = " ".join(text[start : end[0] + len(end[1])].split())
                    yield Mismatch(file=name, what=what, found=found, expected=phrase)
                    taken.update(range(place, place + size))


def _exact_places(folded: Sequence[str], phrases: Iterable[Sequence[str]]) -> set[int]:
    """Return the places of all words that belong to a phrase as it is recorded."""
    places: set[int] = set()
    for tokens in phrases:
        for place in range(len(folded) - len(tokens) + 1):
            if tokens and folded[place : place + len(tokens)] == tokens:
                places.update(range(place, place + len(tokens)))
    return places


def _may_be(window: Sequence[str], tokens: Sequence[str]) -> bool:
    """Sort out cheaply what cannot be alike."""
    if len(tokens) > 1:
        first = [[word[:1] for word in words] for words in (window, tokens)]
        return first[0] == first[1] or any(word in tokens for word in window)
    return any(word[:1] == tokens[0][:1] or word[-1:] == tokens[0][-1:] for word in window)


def _in_form(known: _Known, name: str, page: str) -> Iterator[Mismatch]:
    """Hold the form's values against work and people: each of them goes its own way into the file."""
    work, roles = known.work, known.roles
    expected = {
        "judul": (TITLE, work.title),
        "nama_ebt": (TITLE, work.title),
        "tanggal_diumumkan": (DATE, work.announced_date),
        "tanggal_pengungkapan": (DATE, work.disclosed_date),
        "kota_diumumkan": (Words(id="kota", en="city"), work.announced_city),
        "negara_diumumkan": (Words(id="negara", en="country"), work.announced_country),
    }
    for role, field in (("pencipta", "pencipta"), ("pemegang_hak", "pemegang"), *((r, r) for r in roles)):
        for number, person in enumerate(roles.get(role, ()), 1):
            expected[f"{field}.{number}.nama"] = (NAME, person)
    values = {
        unescape(key): unescape(value)
        for key, value in re.findall(r'data-key="([^"]*)" data-value="([^"]*)"', page)
    }
    for key, (what, wanted) in expected.items():
        value = values.get(key, "")
        days = [iso for _match, iso in dates_in(value)]
        if value and wanted not in (value, *days):
            yield Mismatch(file=name, what=what, found=value, expected=wanted)


def _labelled(known: _Known, name: str, text: str) -> Iterator[Mismatch]:
    """Find labels with something else behind them than what the record has."""
    for label, what, allowed in known.labels:
        for match in label.finditer(text):
            rest = text[match.end() :]
            line = rest.lstrip(" \t").partition("\n")[0].strip()
            if _UNFILLED.fullmatch(line) or any(_begins_with(rest, value) for value in allowed):
                continue
            expected = max(allowed, key=lambda value: SequenceMatcher(None, value, line).ratio(), default="")
            yield Mismatch(file=name, what=what, found=line, expected=expected)
    for match in _QUOTED_TITLE.finditer(text):
        if _plain(match[1]) != _plain(known.work.title):
            yield Mismatch(file=name, what=TITLE, found=match[1].strip(), expected=known.work.title)


def _begins_with(text: str, value: str) -> bool:
    """Tell whether a text begins with a value that ends where a line does; it may be broken into lines."""
    words = r"\s+".join(map(re.escape, value.split()))
    return bool(re.match(rf"\s*{words}[ \t.;,]*(?:\n|$)", text, re.IGNORECASE))


def _in_disorder(known: _Known, name: str, text: str) -> Iterator[Mismatch]:
    """Find people of one role who are named in another order than the record has."""
    folded = text.casefold()
    for names in known.roles.values():
        if len(names) < 2:
            continue
        places = sorted(
            (match.start(), match.end(), number)
            for number, each in enumerate(names)
            for match in re.finditer(rf"(?<!\w){_spread(re.escape(each.casefold()))}(?!\w)", folded)
        )
        first: dict[int, int] = {}
        for start, _end, number in places:
            first.setdefault(number, start)
        order = sorted(first, key=lambda number: first[number])
        lists = [order] if len(order) > 1 else []
        for before, after in pairwise(places):
            if before[2] != after[2] and _BETWEEN_NAMES.fullmatch(folded[before[1] : after[0]]):
                lists.append([before[2], after[2]])
        wrong = next((each for each in lists if each != sorted(each)), None)
        if wrong is not None:
            found, expected = ("; ".join(names[number] for number in each) for each in (wrong, sorted(wrong)))
            yield Mismatch(file=name, what=ORDER, found=found, expected=expected)


def _misdated(known: _Known, name: str, text: str, letter: Letter | None) -> Iterator[Mismatch]:
    for match, iso in dates_in(text):
        before = _before(text, match.start())
        expected = next(
            (
                day
                for words, day in known.dates.items()
                if re.search(rf"(?:{_spread(words)})", before, re.IGNORECASE)
            ),
            None,
        )
        if (
            expected is None
            and letter is not None
            and letter.date
            and _SIGNED.match(before.rpartition("\n")[2])
        ):
            expected = letter.date
        if expected is None and letter is not None and iso not in known.days:
            expected = ""
        if expected is not None and iso != expected:
            yield Mismatch(file=name, what=DATE, found=match[0], expected=day_text(expected))


def _before(text: str, end: int) -> str:
    """Return what stands before a date: its line so far, and the lines above it if that is only a colon."""
    lines = text[max(0, end - 160) : end].split("\n")
    taken = [lines.pop()]
    while lines and re.fullmatch(r"[\s:]*|diumumkan[\s:]*", taken[0]):
        taken.insert(0, lines.pop())
    return re.split(r"[.;]\s", "\n".join(taken))[-1]


def _misnumbered(known: _Known, name: str, text: str) -> Iterator[Mismatch]:
    for match in _ID.finditer(text):
        expected = known.work.entry_id if match[1] == "M" else known.dossier.filing_id
        if match[0] != expected:
            yield Mismatch(file=name, what=NUMBER, found=match[0], expected=expected)
    size = (known.work.width_mm, known.work.height_mm)
    if None in size:
        return
    for match in _SIZE.finditer(text):
        width, height = (
            float(value.replace(",", ".")) * _MILLIMETRES[unit]
            for value, unit in ((match[1], match[2] or match[4]), (match[3], match[4]))
        )
        if (round(width, 3), round(height, 3)) != size:
            expected = dimensions(known.work.width_mm, known.work.height_mm)
            yield Mismatch(file=name, what=SIZE, found=match[0], expected=expected)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _squeezed(text: str) -> str:
    """Leave blanks out: a long word may be broken into lines."""
    return "".join(text.split()).casefold()


def _spread(pattern: str) -> str:
    """Let a pattern's blanks be line ends, too."""
    return pattern.replace("\\ ", " ").replace(" ", r"\s+")
