"""A letter of the filing: from the office's own Word file, or else a draft that says that it is one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from motif.filing.dossier import Dossier, Letter, Person
from motif.filing.sheet import Block, Facts, Paragraph, Run, Sheet, Signatures, text_of
from motif.filing.values import DOTS, fill_in, full_address, letter_values
from motif.vocabulary import term

DRAFT: Final = (
    "KONSEP. Ini parafrase untuk pegangan, bukan teks resmi DJKI: pindahkan ke formulir resmi sebelum "
    "ditandatangani."
)
_ALWAYS: Final = "!"
_LEGAL_BODY: Final = "badan_hukum"


def can_be_drafted(key: str, route: str) -> bool:
    """Tell whether there is a built-in draft of a letter.

    Parameters
    ----------
    key : str
        Of the file row, such as ``surat_pernyataan``.
    route : str

    Returns
    -------
    bool

    Examples
    --------
    >>> can_be_drafted("surat_kuasa", "design"), can_be_drafted("akta_pendirian", "copyright")
    (True, False)
    """
    return _draft(key, route) is not None


def draft_letter(dossier: Dossier, letter: Letter) -> Sheet | None:
    """Write the built-in draft of a letter.

    Parameters
    ----------
    dossier : Dossier
    letter : Letter

    Returns
    -------
    Sheet or None
        None if there is no built-in draft.
    """
    draft = _draft(letter.key, dossier.route.key)
    if draft is None:
        return None
    values = letter_values(dossier, letter)
    title = Paragraph(runs=(Run(text=draft["title"].upper(), bold=True),), align="center")
    blocks = [title, *(block for plan in draft["blocks"] for block in _blocks(plan, dossier, letter, values))]
    return Sheet(title=draft["title"], blocks=tuple(blocks), draft=DRAFT, foot=foot_of(dossier, letter))


def foot_of(dossier: Dossier, letter: Letter) -> str:
    """Return what stands below each page of a letter."""
    return " · ".join((dossier.work.entry_id, dossier.filing_id, letter.label.id))


def _blocks(
    plan: Mapping[str, Any], dossier: Dossier, letter: Letter, values: Mapping[str, str]
) -> Iterator[Block]:
    if "text" in plan:
        yield Paragraph(runs=text_of(fill_in(plan["text"], values)))
    if "people" in plan:
        people = dossier.named(plan["people"])
        for number, person in enumerate(people, 1):
            role = term("roles", plan["people"]).label_id.partition(" (")[0].capitalize()
            yield Facts(rows=_person_rows(person), title=f"{role} {number}" if len(people) > 1 else "")
        if not people:
            yield Facts(rows=(("Nama", DOTS), ("Alamat", DOTS)))
    if "facts" in plan:
        yield Facts(rows=tuple(_fact_rows(plan["facts"], values)))
    if "clauses" in plan:
        for clause in dossier.clauses:
            article = clause.answer.clause.partition(";")[0]
            basis = f" ({article})" if article.startswith("Pasal") else ""
            text = f"{clause.label.id}{basis}."
            yield Paragraph(runs=text_of(text), mark=f"{clause.key}.", level=1)
    if "signatures" in plan:
        place_and_date = f"{values['tempat']}, {values['tanggal']}"
        yield Signatures(place_and_date=place_and_date, signers=letter.signers)


def _fact_rows(rows: Sequence[tuple[str, str]], values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for label, template in rows:
        value = fill_in(template.removeprefix(_ALWAYS), values)
        if value != DOTS or template.startswith(_ALWAYS):
            yield label, value


def _person_rows(person: Person) -> tuple[tuple[str, str], ...]:
    rows = [("Nama", person.name)]
    if person.represented_by:
        rows.append(("Diwakili oleh", person.represented_by))
    rows += [("Kewarganegaraan", person.nationality or DOTS)] if person.kind != _LEGAL_BODY else []
    rows.append(("Alamat", full_address(person) or DOTS))
    rows += [("Bagian", person.share)] if person.share else []
    return tuple(rows)


def _draft(key: str, route: str) -> Mapping[str, Any] | None:
    return next((each for each in _drafts() if each["key"] == key and route in each["routes"]), None)


@cache
def _drafts() -> tuple[Mapping[str, Any], ...]:
    text = resources.files("motif.filing").joinpath("letters.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["letter"])
