"""What goes into the file of one filing: plain values, from which always the same bytes are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from motif.errors import ParameterError
from motif.messages import N_

MET: Final = "terpenuhi"
UNMET: Final = "tidak_terpenuhi"
OPEN: Final = "belum_dapat_disimpulkan"
STATES: Final = (UNMET, OPEN, MET)
"""Every answer is one of these; what is missing stands first."""
KINDS: Final = ("image", "identity", "letter", "document", "video", "specimen")
"""Kinds of a file row, as in ``routes.toml``."""
CONDITION: Final = "condition"
"""Who decides on a condition: nobody. One that does not hold is no defect."""
FIRST_YEAR, LAST_YEAR = 1980, 2107
"""Years that a file in a ZIP can be of."""
CLOSED_CLASSES: Final = ("sakral", "rahasia")
"""Access classes of which no picture leaves without the recorded consent of the head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in both languages."""

    id: str
    en: str

    def said(self, language: str) -> str:
        """Return the text in a language.

        Parameters
        ----------
        language : "en" or "id"

        Returns
        -------
        str

        Examples
        --------
        >>> Words(id="Judul", en="Title").said("id")
        'Judul'
        """
        return self.en if language == "en" else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a field, a file, a condition or a check answers.

    Parameters
    ----------
    state : str
        One of ``STATES``.
    reason : Words
        One or two sentences; of a field that is in order it may be empty.
    clause : str
        The article or page that it rests on; empty if there is none.
    verified : bool
        False: shown with "belum diverifikasi", and never blocks.
    """

    state: str
    reason: Words
    clause: str = ""
    verified: bool = True

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ParameterError(
                N_("state={state!r}; expected one of {known}", state=self.state, known=STATES)
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """A field of the portal's form, in the portal's order.

    Parameters
    ----------
    key : str
        As in ``routes.toml``; of a person ``pencipta.1.nama``.
    label : Words
    value : str
        As it is typed on the portal; empty if nothing is known.
    answer : Answer
    group : Words or None
        Heading under which it stands, such as "Pencipta 1"; None for the form's own fields.
    typed_by_owner : bool
        True for what is not kept (NIK, date of birth): the form says "ketik sendiri" and copies nothing.
    note : Words or None
    """

    key: str
    label: Words
    value: str
    answer: Answer
    group: Words | None = None
    typed_by_owner: bool = False
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A condition or a check, answered.

    Parameters
    ----------
    key : str
    label : Words
    answer : Answer
    decides : "file", "flag", "human", or ``CONDITION``
    group : Words or None
        Heading, such as "Penelusuran"; None for the route's own checks.
    """

    key: str
    label: Words
    answer: Answer
    decides: str = "flag"
    group: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause of the statement, in a paraphrase.

    Parameters
    ----------
    key : str
        Such as "1a".
    label : Words
    answer : Answer
        What stands beside it; ``answer.clause`` is its basis.
    """

    key: str
    label: Words
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A photo that was chosen for the filing.

    Parameters
    ----------
    photo : bytes
        The untouched original.
    photo_name : str
        Shown in the check list only; the file in the bag is named by row and number.
    caption : Words
        Says what is seen: "Tampak depan", for instance.
    outline_px : tuple of 4 (x, y), or None
        The cloth's corners in the upright photo, clockwise from the cloth's top left, as the registry's
        normalisation found them; None keeps the whole photo.
    width_mm, height_mm : float or None
        Size of the cloth inside the outline, as far as it is known.
    """

    photo: bytes
    photo_name: str
    caption: Words
    outline_px: tuple[tuple[float, float], ...] | None = None
    width_mm: float | None = None
    height_mm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that the office keeps for the filing, or evidence, ready to be put in.

    Parameters
    ----------
    name : str
        A plain file name with its ending; of evidence what it is called in the bag.
    data : bytes
    label : Words
    shows_design : bool
        Whether pictures of the design are in it; evidence that shows a closed design stays out.
    """

    name: str
    data: bytes
    label: Words
    shows_design: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file that the portal asks for.

    Parameters
    ----------
    key : str
        As in ``routes.toml``.
    label : Words
    kind : str
        One of ``KINDS``. Of ``identity`` nothing is ever put in, but an empty place with its name.
    answer : Answer
    wanted : bool
        False if its condition does not hold: it is listed, and nothing is made.
    formats : tuple of str
        Such as ``("JPEG",)``.
    max_mb : float
        0: no limit known.
    pictures : tuple of Picture
    stored : tuple of StoredFile
        Signed letters, deeds, studies: put in as they are, after personal data are looked for.
    note : Words or None
    """

    key: str
    label: Words
    kind: str
    answer: Answer
    wanted: bool = True
    formats: tuple[str, ...] = ()
    max_mb: float = 0
    pictures: tuple[Picture, ...] = ()
    stored: tuple[StoredFile, ...] = ()
    note: Words | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ParameterError(N_("kind={kind!r}; expected one of {known}", kind=self.kind, known=KINDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person or body of the filing. People stand in the order in which they are to be named.

    Parameters
    ----------
    name : str
    roles : tuple of str
        Such as ``("pencipta", "pemegang_hak")``; as in the vocabulary.
    kind : str
        As in the vocabulary, such as ``perorangan`` or ``badan_hukum``; empty if unknown.
    nationality, address, district, regency_city, province, postal_code : str
        Empty if unknown.
    share : str
        Of the right, such as "50 %"; empty if none is agreed.
    represented_by : str
        Who signs for a body, with the office held: "Siti Aminah, Ketua"; empty for a person.
    identity_seen : Words or None
        That an identity paper was seen, by whom and when; the paper itself is never kept.
    """

    name: str
    roles: tuple[str, ...]
    kind: str = ""
    nationality: str = ""
    address: str = ""
    district: str = ""
    regency_city: str = ""
    province: str = ""
    postal_code: str = ""
    share: str = ""
    represented_by: str = ""
    identity_seen: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs a letter.

    Parameters
    ----------
    name : str
        As it is printed below the signature; of a body, the person who signs.
    capacity : str
        In Indonesian, such as "Pencipta" or "Ketua, untuk KSM Harapan Mulia".
    meterai : bool
        Whether the place for the meterai stands at this signature.
    """

    name: str
    capacity: str
    meterai: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to be drafted.

    Parameters
    ----------
    key : str
        Key of the file row it belongs to: ``surat_pernyataan``, ``surat_pengalihan_hak``, ``surat_kuasa``,
        ``surat_pernyataan_kepemilikan``, ``persetujuan_pemohon_lain``, and so on. One with neither a template
        nor a built-in draft is left out, and the check list says so.
    label : Words
    signers : tuple of Signer
        In the order in which they sign.
    place, date : str
        Where and when it is signed; ``YYYY-MM-DD``. Empty: dots to be filled in by hand.
    template : bytes or None
        The office's own Word file (DOCX) with fields such as ``{{judul}}``; None: a draft that says so.
    """

    key: str
    label: Words
    signers: tuple[Signer, ...]
    place: str = ""
    date: str = ""
    template: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """On what ground the right went from the authors to the holders.

    Parameters
    ----------
    ground : str
        In Indonesian, such as "perjanjian tertulis" or "hubungan kerja".
    date : str
        ``YYYY-MM-DD``; empty if unknown.
    deed_number : str
        Empty if there is none.
    """

    ground: str
    date: str = ""
    deed_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is filed. Unknown texts are empty, dates are ``YYYY-MM-DD``.

    Parameters
    ----------
    entry_id : str
        Such as ``M-000003-7``.
    title, kind, subkind, description, meaning : str
    announced_date, announced_city, announced_country : str
    disclosed_date, created_date : str
    width_mm, height_mm : float or None
        Of the original cloth.
    technique, fabric : str
        In Indonesian words.
    storage, seal : str
        Where the original cloth is kept, and the number of its seal.
    access_class : str
        Of the vocabulary; pictures of ``sakral`` and ``rahasia`` stay out without ``head_consent``.
    head_consent : Words or None
        The recorded consent of the head: who, and when.
    """

    entry_id: str
    title: str
    kind: str = ""
    subkind: str = ""
    description: str = ""
    meaning: str = ""
    announced_date: str = ""
    announced_city: str = ""
    announced_country: str = ""
    disclosed_date: str = ""
    created_date: str = ""
    width_mm: float | None = None
    height_mm: float | None = None
    technique: str = ""
    fabric: str = ""
    storage: str = ""
    seal: str = ""
    access_class: str = ""
    head_consent: Words | None = None

    @property
    def pictures_closed(self) -> bool:
        """Whether no picture of it may leave."""
        return self.access_class in CLOSED_CLASSES and self.head_consent is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The route of a filing, as ``routes.toml`` has it.

    Parameters
    ----------
    key : str
        Such as ``copyright``.
    slug : str
        Last part of the file's name: ``hak-cipta``, ``desain-industri``, ``ki-komunal``.
    label : Words
    law, authority, portal : str
    notice : Words
        That it is no legal advice.
    """

    key: str
    slug: str
    label: Words
    law: str
    authority: str
    portal: str
    notice: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A fee or a term, printed below the check list.

    Parameters
    ----------
    label : Words
    text : str
        Such as "Rp200.000" or a day.
    note : Words or None
        Since when it holds, and where that stands.
    verified : bool
    """

    label: Words
    text: str
    note: Words | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that the file of a filing is made of.

    Parameters
    ----------
    filing_id : str
        Such as ``F-000001-3``.
    at : datetime
        With a time zone. The date of everything in the file: the same dossier gives the same bytes.
    language : "en" or "id"
        Of the check list and the form; letters are in Indonesian.
    route : Route
    work : Work
    people : tuple of Person
        In the order in which they are to be named.
    fields : tuple of FieldRow
        In the portal's order.
    files : tuple of FileRow
    checks : tuple of CheckRow
        Conditions, checks and prior search.
    clauses : tuple of Clause
        Of the statement; empty where the route has none.
    letters : tuple of Letter
    transfer : Transfer or None
    evidence : tuple of StoredFile
        For ``4-bukti``.
    application_no, application_date : str
        Given by the portal; empty before.
    fees, terms : tuple of Amount
    office : str
        The office that files, as it is named in ``bag-info.txt``; may be empty.
    account_fields : tuple of FieldRow
        Of the portal's account, typed by its owner.
    """

    filing_id: str
    at: datetime
    language: str
    route: Route
    work: Work
    people: tuple[Person, ...]
    fields: tuple[FieldRow, ...]
    files: tuple[FileRow, ...]
    checks: tuple[CheckRow, ...]
    clauses: tuple[Clause, ...] = ()
    letters: tuple[Letter, ...] = ()
    transfer: Transfer | None = None
    evidence: tuple[StoredFile, ...] = ()
    application_no: str = ""
    application_date: str = ""
    fees: tuple[Amount, ...] = ()
    terms: tuple[Amount, ...] = ()
    office: str = ""
    account_fields: tuple[FieldRow, ...] = ()

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ParameterError(N_("at={at} has no time zone; expected one with it", at=self.at))
        if not FIRST_YEAR <= self.at.year <= LAST_YEAR:
            values = {"year": self.at.year, "first": FIRST_YEAR, "last": LAST_YEAR}
            message = N_("the file would be of the year {year}; expected {first} to {last}", **values)
            raise ParameterError(message, hint=N_("Give another day."))

    @property
    def file_name(self) -> str:
        """Name of the file, such as ``M-000003-7-hak-cipta.zip``."""
        return f"{self.work.entry_id}-{self.route.slug}.zip"

    def named(self, role: str) -> tuple[Person, ...]:
        """Return the people of a role, in their order.

        Parameters
        ----------
        role : str

        Returns
        -------
        tuple of Person
        """
        return tuple(person for person in self.people if role in person.roles)
