"""What the record of a filing says, in the forms in which its texts may say it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from motif.filing.dossier import Dossier, Person, Words
from motif.filing.values import full_address, representative

NAME: Final = Words(id="nama", en="name")
ORDER: Final = Words(id="urutan nama", en="order of the names")
TITLE: Final = Words(id="judul", en="title")
DESCRIPTION: Final = Words(id="uraian", en="description")
DATE: Final = Words(id="tanggal", en="date")
NUMBER: Final = Words(id="nomor", en="number")
SIZE: Final = Words(id="ukuran", en="size")
CITY: Final = Words(id="kota", en="city")
ADDRESS: Final = Words(id="alamat", en="address")
COUNTRY: Final = Words(id="negara", en="country")

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
_PLACE: Final = re.compile(r"\s*[^\W\d][\w ./'-]{1,40},\s*(?:tanggal\s+)?")
_LONG: Final = 25
"""A word of so many letters is broken where a line of a PDF ends."""
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘`´", "'"))
_ROLE_LABELS: Final = {
    "pencipta": "pencipta",
    "pemegang_hak": "pemegang hak(?: cipta)?",
    "pendesain": "pendesain",
    "pemohon": "pemohon",
    "kuasa": "(?:penerima )?kuasa",
    "kustodian": "kustodian|komunitas asal",
    "pelapor": "pelapor",
}
_CITIZENS: Final = {"indonesia": ("WNI", "Warga Negara Indonesia")}
"""Other words for a nationality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What may stand behind a label of a form or letter.

    Parameters
    ----------
    pattern : re.Pattern
        Matches the label, with its colon.
    what : Words
    allowed : tuple of str
        Any of these, or several of them.
    loose : bool
        Whether more may stand around it: addresses are written in many ways.
    """

    pattern: re.Pattern[str]
    what: Words
    allowed: tuple[str, ...]
    loose: bool


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


def is_place_and_date(text: str, date: re.Match[str]) -> bool:
    """Tell whether a date of a text stands with a place on a line of its own, as above signatures.

    Parameters
    ----------
    text : str
    date : re.Match
        From ``dates_in``.

    Returns
    -------
    bool

    Examples
    --------
    >>> text = "Blitar, 3 Mei 2026"
    >>> [is_place_and_date(text, match) for match, _iso in dates_in(text)]
    [True]
    """
    line = text[: date.start()].rpartition("\n")[2]
    return bool(_PLACE.fullmatch(line)) and not text[date.end() :].partition("\n")[0].strip()


def tidy(text: str) -> str:
    """Write letters and apostrophes in one way, as word processors do not.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> tidy("Ma’ruf")
    "Ma'ruf"
    """
    return unicodedata.normalize("NFC", text).translate(_APOSTROPHES).replace("\u00a0", " ")


def spread(pattern: str) -> str:
    """Let the blanks of a pattern be line ends, too.

    Parameters
    ----------
    pattern : str

    Returns
    -------
    str
    """
    return pattern.replace("\\ ", " ").replace(" ", r"\s+")


def phrase_pattern(phrase: str) -> str:
    """Match a name or title as texts write it: broken into lines, and with or without blanks behind initials.

    Parameters
    ----------
    phrase : str

    Returns
    -------
    str
        A regular expression, which matches no part of a longer word.

    Examples
    --------
    >>> bool(re.search(phrase_pattern("H. M. Thohir"), "oleh H.M.\\nThohir")), phrase_pattern("Sri")
    (True, "(?<!\\\\w)(?<!\\\\w['-])Sri(?!\\\\w|['-]\\\\w)")
    """
    words = phrase.split()
    pattern = ""
    for number, word in enumerate(words):
        if number:
            pattern += r"[ \n]*" if words[number - 1].endswith(".") else r"[ \n]+"
        joint = r"\s*" if len(word) >= _LONG else ""
        pattern += joint.join(map(_letter_pattern, word))
    if pattern.endswith(_letter_pattern(".")):
        pattern = pattern.removesuffix(_letter_pattern(".")) + r"\.?"
    return rf"(?<!\w)(?<!\w['-]){pattern}(?!\w|['-]\w)"


def _letter_pattern(letter: str) -> str:
    """Match a letter; a line may end behind a dot, hyphen or stroke."""
    return re.escape(letter) + {".": "[ \\n]*"}.get(letter, r"\n?" if letter in "-–—/" else "")


class Recorded:
    """What a filing's record says.

    Parameters
    ----------
    dossier : Dossier
    written : callable
        How texts write a title or a name: PDFs spell out letters that their fonts do not show.
    """

    def __init__(self, dossier: Dossier, written: Callable[[str], str]) -> None:
        self.dossier = _rewritten(dossier, lambda text: tidy(written(text)))
        self.work = self.dossier.work

    @cached_property
    def roles(self) -> dict[str, tuple[Person, ...]]:
        """Role -> the people who have it, in their order."""
        roles = dict.fromkeys(role for person in self.dossier.people for role in person.roles)
        return {role: self.dossier.named(role) for role in roles}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everybody who may be named: people, who represents them, who signs."""
        people = self.dossier.people
        represented = [representative(person.represented_by)[0] for person in people]
        signers = [signer.name for letter in self.dossier.letters for signer in letter.signers]
        names = [*(person.name for person in people), *represented, *signers]
        return tuple(dict.fromkeys(filter(None, names)))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Other recorded phrases, in which words stand that look like names."""
        work, people = self.work, self.dossier.people
        addresses = [text for each in people for text in (each.address, each.district, each.regency_city)]
        provinces = [each.province for each in people]
        others = [work.announced_city, work.announced_country, work.storage, self.dossier.office]
        districts = [f"Kecamatan {each.district}" for each in people if each.district]
        return tuple(dict.fromkeys(filter(None, (*addresses, *provinces, *others, *districts))))

    @cached_property
    def phrases(self) -> tuple[tuple[Words, str], ...]:
        """What is worth looking for in other spellings."""
        return (TITLE, self.work.title), *((NAME, name) for name in self.names)

    @cached_property
    def dates(self) -> dict[str, str]:
        """Words that stand before a date -> the day that the record has."""
        transfer = self.dossier.transfer
        return {
            r"diumumkan|pengumuman|publikasi|announced": self.work.announced_date,
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
    def role_labels(self) -> dict[str, re.Pattern[str]]:
        """Role -> the label behind which all who have it are named."""
        return {
            role: _label_pattern(rf"(?:nama )?(?:para )?(?:{label})")
            for role, label in _ROLE_LABELS.items()
            if role in self.roles
        }

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """The labels of forms and letters."""
        work, people, transfer = self.work, self.dossier.people, self.dossier.transfer
        number, deed = self.dossier.application_no, transfer.deed_number if transfer else ""
        exact: list[tuple[str, Words, Iterable[str]]] = [
            (r"judul(?: ciptaan| desain)?|nama ebt|title", TITLE, (work.title,)),
            (r"nama(?: lengkap)?|name", NAME, self.names),
            (r"diwakili oleh", NAME, (person.represented_by for person in people)),
            (r"kota pertama kali diumumkan", CITY, (work.announced_city,)),
            (r"negara pertama kali diumumkan", COUNTRY, (work.announced_country,)),
            (r"nomor permohonan", NUMBER, (number,)),
            (r"nomor akta", NUMBER, (deed,)),
            (r"alas hak", Words(id="alas hak", en="ground"), (transfer.ground if transfer else "",)),
            (r"kewarganegaraan", Words(id="kewarganegaraan", en="nationality"), _citizens(people)),
            (r"bagian", Words(id="bagian", en="share"), (person.share for person in people)),
        ]
        streets = (person.address or full_address(person) for person in people)
        loose: list[tuple[str, Words, Iterable[str]]] = [
            (r"(?:sub-?\s?)?jenis ciptaan", Words(id="jenis", en="kind"), (work.kind, work.subkind)),
            (r"alamat", ADDRESS, streets),
        ]
        return (
            *(_label(*each, loose=False) for each in exact),
            *(_label(*each, loose=True) for each in loose),
        )


def _label(words: str, what: Words, allowed: Iterable[str], *, loose: bool) -> Label:
    return Label(
        pattern=_label_pattern(words),
        what=what,
        allowed=tuple(dict.fromkeys(filter(None, allowed))),
        loose=loose,
    )


def _label_pattern(words: str) -> re.Pattern[str]:
    pattern = rf"^[ \t]*(?:\d+[.)]\s*)?(?:{spread(words)})\s*:"
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def _citizens(people: tuple[Person, ...]) -> Iterator[str]:
    for person in people:
        yield person.nationality
        yield from _CITIZENS.get(person.nationality.casefold(), ())


def _rewritten(dossier: Dossier, written: Callable[[str], str]) -> Dossier:
    """Return a record whose title and names are written as texts have them."""
    people = tuple(
        replace(each, name=written(each.name), represented_by=written(each.represented_by))
        for each in dossier.people
    )
    letters = tuple(
        replace(
            letter, signers=tuple(replace(signer, name=written(signer.name)) for signer in letter.signers)
        )
        for letter in dossier.letters
    )
    work = replace(dossier.work, title=written(dossier.work.title))
    return replace(dossier, work=work, people=people, letters=letters)
