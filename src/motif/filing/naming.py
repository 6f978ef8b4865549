"""Who is named in a text, and is it whom the record names?

Names contain each other (Sri, Sri Sulastri), stand in addresses and titles, and nearly spell other words. So
each place of a text belongs to one recorded phrase at most, the longest; and what is no recorded name is held
to be one, miswritten, only where a name is expected: behind a label, in a list of names, alone on a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from typing import Final

from motif.filing.dossier import Letter, Words
from motif.filing.recorded import NAME, ORDER, Recorded, dates_in, is_place_and_date, phrase_pattern

NEARLY: Final = 0.84
"""From here on two phrases are one, miswritten."""
_NEARLY_ALONE: Final = 0.75
"""The same of a name that stands alone on its line, where somebody signs."""
_REST_ALIKE: Final = 0.6
"""The same of what is left of them where a part of the phrase is a recorded one itself."""
_SHORTEST: Final = 5
"""Letters of a phrase that is worth looking for in other spellings."""
_ADDRESS_WORDS: Final = 4
"""So many words behind "Jalan" belong to it, unless a comma ends it earlier."""
_NAMED, _OTHER = "\x01", "\x02"
"""Stand for each letter of a name, and of another recorded phrase."""
_WORD: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_LONG_WORD: Final = re.compile(r"\S{25,}")
_ADDRESS: Final = re.compile(
    r"\b(?:jalan|jln?|gang|gg|dusun|dsn|desa|ds|kelurahan|kel|kecamatan|kec|kabupaten|kab|kota|provinsi|prov"
    r"|perumahan|perum|komplek|kompleks|kampung|kp|lingkungan|toko|pasar|gedung|rt|rw|street)\b\.?",
    re.IGNORECASE,
)
FORMS: Final = re.compile(
    r"(?:\b(?:ibu|bapak|bpk|pak|bu|sdri?|saudar[ai]|tuan|nyonya|nona|tn|nn)\b\.?\s+)*", re.IGNORECASE
)
"""Forms of address, which are no part of a name."""
_TITLES: Final = re.compile(r"(?:(?<![\w.])(?:(?:Prof|Drs|Dra|Dr|dr|Ir|Hj|KH|RA|RM|Rr|[A-Z])\.[ ]?)+)$")
_DEGREES: Final = re.compile(
    rf"(?:,\s*[A-Z][A-Za-z]{{0,3}}\.(?:[A-Z][A-Za-z]{{0,3}}\.?)+(?!\w)(?!\s?[A-Z{_NAMED}]))*"
)
_AND_OTHERS: Final = re.compile(
    r"\s*,?\s*\b(?:dkk|cs|dan kawan-kawan|dan lain-lain|et al)\b\.?", re.IGNORECASE
)
_CAPITAL: Final = r"[A-ZÀ-ÖØ-ÞŠŚŽ][\w.'-]*"
_PARTICLE: Final = r"(?:bin|binti|de|da|dos|del|van|der|al|el)\b"
_NAME_LIKE: Final = re.compile(rf"{_CAPITAL}(?: (?:{_CAPITAL}|{_PARTICLE})){{0,5}}{_DEGREES.pattern}")
_NEXT_WORD: Final = re.compile(rf" (?:{_NAMED}+|{_CAPITAL})")
_NUMBER: Final = r"(?<![\w.])\(?(?:\d{1,2}|[a-h])[.)](?=\s)"
_SEPARATOR: Final = re.compile(
    rf"(?:\s*(?:[;,&/]|\b(?:dan|serta|and|DAN|SERTA)\b|\n\s*[-–•*](?=\s)|{_NUMBER}))+\s*"
)
_STRONG: Final = re.compile(rf"[;&]|\b(?:dan|serta|and)\b|{_NUMBER}", re.IGNORECASE)
"""After one of these another name follows; after a comma it may be an address."""
_MADE_BY: Final = re.compile(r"(?:ciptakan oleh|hasil karya|karya(?: dari)?|ciptaan)\s+$", re.IGNORECASE)
_AUTHORS: Final = ("pencipta", "pendesain")
_ROUND_A_NAME: Final = ' \t()[]._…“”"«»'
_APART: Final = frozenset(';:()“”"\t')
"""Stand between two phrases, and not within one."""
_NO_NAMES: Final = re.compile(
    r"\b(?:"
    r"alamat|anggota|atas|bagian|bendahara|camat|cipta|direktorat|direktris|direktur|hak|hormat|"
    r"indonesia|jenderal|jenis|judul|kami|kedua|kepala|kesatu|ketua|kewarganegaraan|kuasa|"
    r"kustodian|lurah|manajer|materai|meterai|nama|nik|nip|nomor|notaris|pasal|pelapor|pemberi|"
    r"pemegang|pemohon|pencipta|pendesain|penerima|pengalihan|pengurus|pernyataan|pertama|pihak|"
    r"pimpinan|saksi|saya|sekretaris|surat|tanggal|ttd|ukuran|undang|untuk|wakil|yang"
    r")\b",
    re.IGNORECASE,
)
"""Words that stand beside names and are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a text says otherwise than the record; ``found`` or ``expected`` is empty if missing there."""

    what: Words
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a recorded phrase stands."""

    start: int
    end: int
    phrase: str


class Reading:
    """A text of a filing, and where in it the record's phrases stand.

    Parameters
    ----------
    text : str
        Tidied.
    known : Recorded
    letter : Letter or None
        That the text is.
    """

    def __init__(self, text: str, known: Recorded, letter: Letter | None) -> None:
        self.text, self.known, self.letter = text, known, letter
        self._names = {name.casefold() for name in known.names}
        self._slots: list[tuple[int, int]] = []

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every place of a recorded phrase, of which none overlaps another."""
        phrases = dict.fromkeys([*self.known.names, self.known.work.title, *self.known.places])
        by_length = sorted(filter(None, phrases), key=len, reverse=True)
        any_phrase = re.compile("|".join(f"({phrase_pattern(each)})" for each in by_length), re.IGNORECASE)
        return tuple(
            Mention(match.start(), match.end(), by_length[match.lastindex - 1])
            for match in any_phrase.finditer(self.text)
            if match.lastindex is not None
        )

    @cached_property
    def _marked(self) -> str:
        """The text with its mentions marked, as long as it is."""
        parts, end = [], 0
        for each in self.mentions:
            mark = _NAMED if self._is_name(each) else _OTHER
            parts += [self.text[end : each.start], mark * (each.end - each.start)]
            end = each.end
        return "".join([*parts, self.text[end:]])

    @cached_property
    def _at(self) -> dict[int, Mention]:
        return {each.start: each for each in self.mentions}

    def _is_name(self, mention: Mention) -> bool:
        return mention.phrase.casefold() in self._names

    def names(self, phrase: str) -> bool:
        """Tell whether a recorded phrase stands in the text by itself, and not within a longer one.

        Parameters
        ----------
        phrase : str

        Returns
        -------
        bool
        """
        if any(each.phrase.casefold() == phrase.casefold() for each in self.mentions):
            return True
        others = (other.casefold() for other in (*self.known.names, self.known.work.title))
        if any(phrase.casefold() in other and phrase.casefold() != other for other in others):
            return False
        return squeezed(phrase) in squeezed(self.text)

    # Lists of names

    def slots(self, ends: Sequence[int]) -> Iterator[tuple[str, ...]]:
        """Read the names behind labels.

        Parameters
        ----------
        ends : sequence of int
            Where the labels end.

        Yields
        ------
        tuple of str
            Of each label: names as they are recorded, and as they stand there if they are not.
        """
        for end in ends:
            yield tuple(self._slot(end))

    def _slot(self, place: int) -> Iterator[str]:
        marked, begun = self._marked, place
        while True:
            place = _past(re.compile(rf"[ \t“\"«']*(?:{_NUMBER}\s*)?[“\"«']?"), marked, place)
            place = _past(FORMS, marked, place)
            item, place = self._item(place) or self._rest(place)
            behind = re.compile(r"[ \t]*[”\"»'.,;]*[ \t]*(?=\n|$)").match(marked, place)
            follows = _SEPARATOR.match(marked, place)
            if follows is not None and self._goes_on(follows):
                yield item
                place = follows.end()
                continue
            if behind is None:
                rest, place = self._rest(place)
                item = f"{item} {rest}".replace(" ,", ",")
            self._slots.append((begun, place))
            yield item
            return

    def _goes_on(self, separator: re.Match[str]) -> bool:
        """Tell whether a list goes on behind a separator: with a name, or on the same line."""
        after = _past(FORMS, self._marked, separator.end())
        if self._marked[after : after + 1] == _NAMED:
            return True
        return bool(_STRONG.search(separator[0])) and "\n" not in separator[0] and after < len(self._marked)

    def _rest(self, place: int) -> tuple[str, int]:
        """Return what stands at a place, up to the next separator or the end of the line."""
        match = re.compile(r"[^\n;&]*?(?=\s*(?:[;&\n]|\b(?:dan|serta)\b|$))").match(self._marked, place)
        end = match.end() if match else place
        return " ".join(self.text[place:end].split()), end

    def _item(self, place: int) -> tuple[str, int] | None:
        """Return the name that begins at a place, and where it ends: with what is wrongly added to it."""
        marked, mention = self._marked, self._at.get(place)
        if mention is None or not self._is_name(mention):
            return None
        end = mention.end
        while (more := _NEXT_WORD.match(marked, end)) and not _is_no_name(self.text[end : more.end()]):
            end = more.end()
        end = _past(_AND_OTHERS, marked, _past(_DEGREES, marked, end))
        before = _TITLES.search(marked[max(0, place - 20) : place])
        start = place - len(before[0]) if before and not re.fullmatch(r"[a-h]\.\s?", before[0]) else place
        if (start, end) == (place, mention.end):
            return mention.phrase, end
        return " ".join(self.text[start:end].split()), end

    def _runs(self) -> Iterator[tuple[int, list[str]]]:
        """Yield lists of names in running text: where each begins, and what is in it."""
        done = 0
        for mention in self.mentions:
            if mention.start < done or not self._is_name(mention):
                continue
            begun = self._item(mention.start)
            assert begun is not None
            items, done = [*self._strange_before(mention.start), begun[0]], begun[1]
            while (separator := _SEPARATOR.match(self._marked, done)) is not None:
                place = _past(FORMS, self._marked, separator.end())
                taken = self._item(place) or self._unknown(place, separator[0])
                if taken is None:
                    break
                items.append(taken[0])
                done = taken[1]
            yield mention.start, items

    def _strange_before(self, place: int) -> list[str]:
        """Return what looks like a name, and is none that is recorded, before the first one of a list."""
        before = self._marked[max(0, place - 80) : place]
        match = re.search(rf"(?:^|[^\w.'-])({_NAME_LIKE.pattern})\s*(?:;|&|\bdan\b|\bserta\b)\s*$", before)
        return [match[1]] if match and not _is_no_name(match[1]) and not _ADDRESS.search(match[1]) else []

    def _unknown(self, place: int, separator: str) -> tuple[str, int] | None:
        """Return what looks like a name in a list and is none that is recorded."""
        match = _NAME_LIKE.match(self._marked, place)
        if match is None or _is_no_name(match[0]) or _ADDRESS.match(match[0]):
            return None
        follows = _SEPARATOR.match(self._marked, match.end())
        if follows is not None and self._marked[_past(FORMS, self._marked, follows.end())][:1] == _NAMED:
            return match[0], match.end()
        ends = re.compile(r"\s*(?:[.,;)\n]|$| [a-z])").match(self._marked, match.end())
        return (match[0], match.end()) if ends and _STRONG.search(separator) else None

    def lists(self) -> Iterator[Naming]:
        """Find lists that name others than the record, not all, twice, or in another order.

        Yields
        ------
        Naming
        """
        for start, items in self._runs():
            if items == self._signers or any(begin <= start < end for begin, end in self._slots):
                continue
            wanted = self._wanted(items, alone=bool(_MADE_BY.search(self.text[:start])))
            if wanted is not None:
                own = [item for item in items if item in wanted or item not in self.known.names]
                yield from compared(own, wanted)
        for found in self._columns():
            yield from found
        yield from self._first_places()

    def _wanted(self, items: Sequence[str], *, alone: bool) -> list[str] | None:
        """Return the recorded list that a list in the text should be; None if any will do."""
        best: tuple[int, list[str]] | None = None
        strange = [item for item in items if item not in self.known.names]
        for role, people in self.known.roles.items():
            names = [person.name for person in people]
            own = [item for item in items if item in names]
            others = [item for item in strange if _AND_OTHERS.search(item) or len(items) > 1]
            mine = own or [name for name in names for item in strange if name in item]
            is_list = len(own) > 1 or (mine and others) or (alone and role in _AUTHORS and own)
            if len(names) < 2 or not is_list:
                continue
            if [item for item in items if item in names or item in strange] == names:
                return None
            if best is None or len(set(mine)) > best[0]:
                best = len(set(mine)), names
        return best[1] if best else None

    def _columns(self) -> Iterator[Iterator[Naming]]:
        """Hold names one below or beside the other against the order of their role."""
        chain: list[Mention] = []
        named = [each for each in self.mentions if self._is_name(each)]
        for before, after in pairwise([*named, Mention(len(self.text), len(self.text), "")]):
            chain = chain or [before]
            if not self.text[before.end : after.start].strip() and after.phrase:
                chain.append(after)
                continue
            yield self._in_order([each.phrase for each in chain])
            chain = []

    def _in_order(self, names: Sequence[str]) -> Iterator[Naming]:
        for people in self.known.roles.values():
            wanted = [person.name for person in people]
            own = [name for name in names if name in wanted]
            if len(set(own)) == len(own) > 1 and own != sorted(own, key=wanted.index):
                yield Naming(what=ORDER, found="; ".join(own), expected="; ".join(wanted))

    def _first_places(self) -> Iterator[Naming]:
        """Hold where people of one role are first named against their order.

        Where they have other roles as well, a letter may name one of them earlier for that reason.
        """
        first = dict.fromkeys(each.phrase for each in self.mentions)
        for people in self.known.roles.values():
            if len({frozenset(person.roles) for person in people}) == 1:
                wanted = [person.name for person in people]
                yield from self._in_order([name for name in first if name in wanted])

    def inside(self, start: int) -> bool:
        """Tell whether a place lies within a recorded phrase: a number in a title is no size.

        Parameters
        ----------
        start : int

        Returns
        -------
        bool
        """
        return any(each.start <= start < each.end for each in self.mentions)

    def left_out(self) -> Iterator[Naming]:
        """Find people whom a letter does not name although it names others of their role.

        Yields
        ------
        Naming
        """
        for people in self.known.roles.values():
            named = [person for person in people if self.names(person.name)]
            if any(len(person.roles) == 1 and person.name not in self._signers for person in named):
                for person in people:
                    if person not in named:
                        yield Naming(what=NAME, found="", expected=person.name)

    # Names in other spellings

    def signed_otherwise(self) -> Iterator[Naming]:
        """Find lines of nothing but a name that is part of a signer's, or has more than it, or nearly is it.

        Yields
        ------
        Naming
        """
        missing = self._not_signing()
        for text, is_below in self._lines_of_a_name():
            closest = max(self._signers, key=lambda name: _ratio(text, name), default="")
            tokens, wanted = (set(_WORD.findall(each.casefold())) for each in (text, closest))
            is_part = tokens < wanted or wanted < tokens
            if closest and tokens != wanted and (is_part or _ratio(text, closest) >= _NEARLY_ALONE):
                yield Naming(what=NAME, found=text, expected=closest)
            elif is_below and missing and text not in self.known.names:
                yield Naming(what=NAME, found=text, expected="; ".join(missing))

    def _lines_of_a_name(self) -> Iterator[tuple[str, bool]]:
        """Yield what stands alone on a line, looks like a name and is not recorded; is it below the date?"""
        start, below = 0, self._below
        for line in self._marked.splitlines(keepends=True):
            text = self.text[start : start + len(line)].strip().strip(_ROUND_A_NAME).strip()
            bare = line.strip().strip(_ROUND_A_NAME).strip()
            start += len(line)
            name, comma, office = bare.partition(", ")
            if comma and _is_no_name(office):
                bare, text = name, text[: len(name)]
            form = _past(FORMS, bare, 0)
            bare, text = bare[form:], text[form:]
            with_titles = re.fullmatch(rf"{_TITLES.pattern.rstrip('$')}?{_NAMED}+{_DEGREES.pattern}", bare)
            if not bare.strip(f"{_NAMED}{_OTHER}\t "):
                continue
            if with_titles or (_NAME_LIKE.fullmatch(bare) and not _is_no_name(bare)):
                yield text, below is not None and start > below

    @cached_property
    def _signers(self) -> list[str]:
        return [signer.name for signer in self.letter.signers] if self.letter else []

    @cached_property
    def _below(self) -> int | None:
        """Where signatures begin: below the last place and date."""
        ends = [match.end() for match, _iso in dates_in(self.text) if is_place_and_date(self.text, match)]
        return ends[-1] if ends else None

    def _not_signing(self) -> list[str]:
        """Return who has to sign a letter and is not named below its date."""
        if self._below is None:
            return []
        signing = {each.phrase for each in self.mentions if each.start > self._below}
        return [name for name in self._signers if name not in signing]

    def with_titles(self) -> Iterator[Naming]:
        """Find names with a title or degree that is not recorded.

        Yields
        ------
        Naming
        """
        for mention in self.mentions:
            if self._is_name(mention):
                end = _past(_DEGREES, self._marked, mention.end)
                before = _TITLES.search(self._marked[max(0, mention.start - 20) : mention.start])
                is_number = before and re.fullmatch(r"[a-h]\.\s?", before[0])
                start = mention.start - (len(before[0]) if before and not is_number else 0)
                if (start, end) != (mention.start, mention.end):
                    yield Naming(what=NAME, found=_line(self.text[start:end]), expected=mention.phrase)

    def misspelled(self) -> Iterator[Naming]:
        """Find what is almost a name or the title.

        Yields
        ------
        Naming
        """
        words = [(match.start(), match.group()) for match in _WORD.finditer(self.text)]
        folded = [word.casefold() for _start, word in words]
        closed = self._closed(words)
        for what, phrase in self.known.phrases:
            tokens = [word.casefold() for word in _WORD.findall(phrase)]
            if sum(map(len, tokens)) < _SHORTEST or _LONG_WORD.search(phrase):
                continue
            alike = [
                (_ratio(" ".join(window), " ".join(tokens)), -first, size)
                for size in range(max(1, len(tokens) - 1), len(tokens) + 2)
                for first in range(len(folded) - size + 1)
                if (window := folded[first : first + size]) != tokens
                and _may_be(window, tokens)
                and self._is_free(words, first, size, closed, phrase)
            ]
            for ratio, minus_first, size in sorted(alike, reverse=True):
                first = -minus_first
                start, (last, word) = words[first][0], words[first + size - 1]
                if (
                    ratio < NEARLY
                    or not self._is_free(words, first, size, closed, phrase)
                    or (what == NAME and not self._may_be_name(start, phrase, len(tokens)))
                ):
                    continue
                end = last + len(word)
                if phrase[-1] in '.)”"' and self.text[end : end + 1] == phrase[-1]:
                    end += 1
                yield Naming(what=what, found=_line(self.text[start:end]), expected=phrase)
                closed.update(dict.fromkeys(range(first, first + size), ()))

    def _closed(self, words: Sequence[tuple[int, str]]) -> dict[int, tuple[str, ...]]:
        """Return the words that belong to a recorded phrase: their numbers, and that phrase's words."""
        closed: dict[int, tuple[str, ...]] = {}
        mentions = iter(self.mentions)
        mention = next(mentions, None)
        for number, (start, _word) in enumerate(words):
            while mention is not None and mention.end <= start:
                mention = next(mentions, None)
            if mention is not None and mention.start <= start:
                closed[number] = tuple(word.casefold() for word in _WORD.findall(mention.phrase))
        return closed

    def _is_free(
        self,
        words: Sequence[tuple[int, str]],
        first: int,
        size: int,
        closed: dict[int, tuple[str, ...]],
        phrase: str,
    ) -> bool:
        """Tell whether words belong to no other phrase, unless it is a part of the one that is looked for."""
        places, tokens = range(first, first + size), _WORD.findall(phrase.casefold())
        if all(place in closed for place in places):
            return False
        others = [closed[place] for place in places if place in closed]
        if not all(other and set(other) < set(tokens) for other in others):
            return False
        if others:  # what is not in it has to be alike by itself
            rest = [words[place][1].casefold() for place in places if place not in closed]
            lacking = [token for token in tokens if all(token not in other for other in others)]
            if _ratio(" ".join(rest), " ".join(lacking)) < _REST_ALIKE:
                return False
        inside = self.text[words[first][0] : words[first + size - 1][0]]
        return not set(inside).intersection(_APART.difference(phrase)) and "\n\n" not in inside

    def _may_be_name(self, start: int, name: str, count: int) -> bool:
        """Tell whether a name may stand at a place: in capitals, in no address.

        A name of one word is looked for only where names are expected, or if it stands nowhere itself.
        """
        if self.text[start].islower() and name[:1].isupper():
            return False
        before = self._marked[max(0, start - 60) : start].rpartition("\n")[2].rpartition(",")[2]
        streets = list(_ADDRESS.finditer(before))
        if streets and len(before[streets[-1].end() :].split()) < _ADDRESS_WORDS:
            return False
        if count > 1 or not self.names(name):
            return True
        line = self.text[start:].partition("\n")[0].strip(_ROUND_A_NAME)
        alone = not before.strip(_ROUND_A_NAME + "-") and len(line.split()) == 1
        expected = re.search(
            rf"(?:[:;&]|\b(?:oleh|karya|saya|bernama|dan|serta|ibu|bapak|sdri?\.?)|{_NAMED},|{_NUMBER})\s*$",
            self._marked[max(0, start - 20) : start],
            re.IGNORECASE,
        )
        return alone or bool(expected)


def compared(found: Sequence[str], wanted: Sequence[str]) -> Iterator[Naming]:
    """Say how a list of names differs from the recorded one.

    Parameters
    ----------
    found, wanted : sequence of str

    Yields
    ------
    Naming
        One name for another, or the whole lists.

    Examples
    --------
    >>> [(each.what.en, each.found, each.expected) for each in compared(["Sri", "Tini"], ["Tini", "Sri"])]
    [('order of the names', 'Sri; Tini', 'Tini; Sri')]
    >>> [(each.what.en, each.found, each.expected) for each in compared(["Sri", "Sri"], ["Sri", "Tini"])]
    [('name', 'Sri', 'Tini')]
    """
    if list(found) == list(wanted):
        return
    others = [(one, other) for one, other in zip(found, wanted, strict=False) if one != other]
    if len(found) == len(wanted) and len(others) == 1:
        yield Naming(what=NAME, found=others[0][0], expected=others[0][1])
    else:
        what = ORDER if sorted(found) == sorted(wanted) else NAME
        yield Naming(what=what, found="; ".join(found), expected="; ".join(wanted))


def squeezed(text: str) -> str:
    """Leave blanks out: a long word may be broken into lines.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return "".join(text.split()).casefold()


def _past(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place


def _is_no_name(text: str) -> bool:
    return bool(_NO_NAMES.search(text))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def _line(text: str) -> str:
    return " ".join(text.split())


def _may_be(window: Sequence[str], tokens: Sequence[str]) -> bool:
    """Sort out cheaply what cannot be alike."""
    if len(tokens) > 1:
        first = [[word[:1] for word in words] for words in (window, tokens)]
        return first[0] == first[1] or any(word in tokens for word in window)
    return any(word[:1] == tokens[0][:1] or word[-1:] == tokens[0][-1:] for word in window)
