"""What the registry knows of one filing, gathered once; everything else is said of these facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from motif.errors import EntryNotFoundError, ParameterError
from motif.filing.dossier import CLOSED_CLASSES, Words
from motif.filing.prior import PriorSearch, prior_search
from motif.filing.routes import FieldSpec, RouteSpec, Rules, shipped_rules
from motif.messages import N_, _
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.records.fields import Choice, Many
from motif.registry.records.filing import Document, Filing, Paper
from motif.registry.records.people import Party
from motif.registry.records.record import Record
from motif.registry.records.works import Capture, Motif, Specimen
from motif.registry.registry import Registry
from motif.vocabulary import term

TODAY: Final = "today"
"""Default of a field that stands for the day for which the file is made."""


def words(text: str, **values: object) -> Words:
    """Say a sentence of the catalogue in both languages.

    Parameters
    ----------
    text : str
        Marked with ``N_``, with ``{names}``.
    **values : object
        What fills them in; ``Words`` in the language.

    Returns
    -------
    Words

    Examples
    --------
    >>> words("{name}: {label}", name="a", label=Words(id="Judul", en="Title")).id
    'a: Judul'
    """

    def said(language: str) -> str:
        spoken = {
            name: value.said(language) if isinstance(value, Words) else value
            for name, value in values.items()
        }
        return _(text, language).format(**spoken) if values else _(text, language)

    return Words(id=said("id"), en=said("en"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one filing at one moment.

    Parameters
    ----------
    filing : Filing
    route : RouteSpec
    entry : Entry
        The design; of several, the first.
    motif : Motif
    parties : tuple of Party
        With a role in the entry or the filing, in the order in which they are named.
    specimens : tuple of Specimen
    captures : tuple of Capture
    papers : mapping of str to Paper
        By id; an erased one is not there.
    search : PriorSearch
    at : datetime, UTC
    """

    filing: Filing
    route: RouteSpec
    entry: Entry
    motif: Motif
    parties: tuple[Party, ...]
    specimens: tuple[Specimen, ...]
    captures: tuple[Capture, ...]
    papers: Mapping[str, Paper]
    search: PriorSearch
    at: datetime

    def named(self, role: str) -> tuple[Party, ...]:
        """Return the parties of exactly this role, in their order.

        Parameters
        ----------
        role : str

        Returns
        -------
        tuple of Party
        """
        return tuple(party for party in self.parties if role in self.roles_of(party))

    def people(self, role: str) -> tuple[Party, ...]:
        """Return the parties that a form names for a role: where none has it, those of the usual role.

        Parameters
        ----------
        role : str

        Returns
        -------
        tuple of Party
        """
        return self.named(role) or self.named(self.usual_role(role))

    def usual_role(self, role: str) -> str:
        """Return the role whose people are taken where nobody has the role itself.

        Parameters
        ----------
        role : str

        Returns
        -------
        str
            Empty if there is none.
        """
        usual = (spec.default for spec in self.route.fields if spec.block and role_of(spec) == role)
        return next(usual, "")

    def roles_of(self, party: Party) -> tuple[str, ...]:
        """Return the roles of a party in this filing.

        Parameters
        ----------
        party : Party

        Returns
        -------
        tuple of str
        """
        about = {self.entry.id, self.filing.id}
        roles = (str(role.role) for role in party.roles or () if role.of in about and role.role)
        return tuple(dict.fromkeys(roles))

    def documents(self, key: str) -> tuple[Document, ...]:
        """Return what is known of the papers of one row of the route.

        Parameters
        ----------
        key : str

        Returns
        -------
        tuple of Document
        """
        return tuple(document for document in self.filing.documents or () if document.key == key)

    def photos(self, key: str, *, all_by_default: bool) -> tuple[EntryPhoto, ...]:
        """Return the registered photos that were chosen for one row of the route.

        Parameters
        ----------
        key : str
        all_by_default : bool
            Whether all photos of the entry are taken where none was chosen.

        Returns
        -------
        tuple of EntryPhoto
        """
        chosen = [photo.sha256 for photo in self.filing.photos or () if photo.key == key]
        by_digest = {photo.sha256: photo for photo in self.entry.photos}
        if chosen or not all_by_default:
            return tuple(by_digest[sha256] for sha256 in chosen if sha256 in by_digest)
        return self.entry.photos

    @property
    def pictures_closed(self) -> bool:
        """Whether no picture may leave: the design is sacred or secret, and the head has not agreed to it.

        An agreement of when the design was of another class does not count.
        """
        access, consent = self.motif.access_class, self.filing.picture_consent
        return access in CLOSED_CLASSES and (consent is None or consent.access_class != access)

    def value(self, spec: FieldSpec) -> str:
        """Return the value of a field as it is typed on the portal, in Indonesian; empty if it is not known.

        Parameters
        ----------
        spec : FieldSpec
            Without a block of people.

        Returns
        -------
        str
        """
        usual = f"{self.at:%Y-%m-%d}" if spec.default == TODAY else spec.default
        return self.known(spec.maps_to, spec.key) or usual

    def known(self, path: str, key: str = "") -> str:
        """Return what a place of the records says; empty if nothing is known.

        Parameters
        ----------
        path : str, such as ``"motif.title"``
        key : str
            Of the field, under which the filing itself keeps what no record has.

        Returns
        -------
        str
        """
        place, _dot, name = path.rpartition(".")
        if path == "motif.title":
            return self.entry.title
        if place.startswith("party["):
            people = self.named(role_of_path(path))
            if name == "id":
                return "ya" if people else "tidak"
            return "; ".join(filter(None, (spelled(party, name) for party in people)))
        record = {"motif": self.motif, "filing": self.filing}.get(place)
        if record is not None and has_field(record, name):
            return spelled(record, name)
        if place == "specimen":
            return "; ".join(filter(None, (spelled(cloth, name) for cloth in self.specimens)))
        own = (value.value for value in self.filing.values or () if value.key == key)
        return next((str(value) for value in own if value), "")


def gather(
    registry: Registry, filing_id: str, *, at: datetime | None = None, rules: Rules | None = None
) -> Facts:
    """Gather what the registry knows of a filing.

    Parameters
    ----------
    registry : Registry
    filing_id : str
    at : datetime, optional
        The moment at which terms and the age of the search are counted; by default now.
    rules : Rules, optional
        By default those that are shipped.

    Returns
    -------
    Facts

    Raises
    ------
    EntryNotFoundError
        If there is no such filing.
    ParameterError
        If it names no route or no entry.
    AccessDeniedError
        If its design is not open to the actor.
    """
    at = datetime.now(UTC) if at is None else at
    filing = registry.records.get(filing_id)
    if not isinstance(filing, Filing):
        raise EntryNotFoundError(
            N_("{id} is not a filing", id=filing_id), hint=N_("Ids of filings begin with F.")
        )
    if not filing.entries or not filing.route:
        hint = N_("Begin one with: motif filing new ENTRY --route copyright")
        raise ParameterError(N_("{id} names no entry or no route", id=filing.id), hint=hint)
    route = (rules or shipped_rules()).route(filing.route)
    entry = registry.get(filing.entries[0])
    records = registry.records
    parties = {
        str(party.id): party for about in (entry.id, str(filing.id)) for party in _parties(registry, about)
    }
    papers = {str(paper.id): paper for paper in records.list(Paper, about=str(filing.id))}
    motif = records.motif(entry.id)
    return Facts(
        filing=filing,
        route=route,
        entry=entry,
        motif=motif,
        parties=_ordered(parties, filing),
        specimens=records.list(Specimen, about=entry.id),
        captures=records.list(Capture, about=entry.id),
        papers=MappingProxyType(papers),
        search=prior_search(registry, entry, filing_id=str(filing.id), at=at),
        at=at,
    )


def role_of(spec: FieldSpec) -> str:
    """Return the role of the people of a field; empty if it is not about people.

    Parameters
    ----------
    spec : FieldSpec

    Returns
    -------
    str
    """
    return role_of_path(spec.maps_to)


def role_of_path(path: str) -> str:
    """Return the role that a place of the records names; empty if it names none.

    Parameters
    ----------
    path : str

    Returns
    -------
    str

    Examples
    --------
    >>> role_of_path("party[role=pencipta].name"), role_of_path("motif.title")
    ('pencipta', '')
    """
    return path.partition("[role=")[2].partition("]")[0]


def has_field(record: Record, name: str) -> bool:
    """Tell whether a record has a field.

    Parameters
    ----------
    record : Record
    name : str

    Returns
    -------
    bool
    """
    return any(field.name == name for field in fields(record))


def spelled(record: Record, name: str) -> str:
    """Return a field of a record as it is typed on the portal, in Indonesian; empty if it is not known.

    Parameters
    ----------
    record : Record
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> spelled(Filing(applicant_kind="umk"), "applicant_kind"), spelled(Filing(), "route")
    ('usaha mikro dan kecil', '')
    """
    found = next((field for field in fields(record) if field.name == name), None)
    value = None if found is None else getattr(record, name)
    return "" if found is None or value is None else _spell(found.metadata.get("kind"), value)


def raw(facts: Facts, path: str) -> tuple[str, ...]:
    """Return what the motif or the filing says at a place, as keys of the vocabulary where it is one of them.

    Parameters
    ----------
    facts : Facts
    path : str, such as ``"filing.applicant_kind"``

    Returns
    -------
    tuple of str
        Empty if nothing is known, or the place is another.
    """
    place, _dot, name = path.rpartition(".")
    record = {"motif": facts.motif, "filing": facts.filing}.get(place)
    value = getattr(record, name, None) if record is not None and has_field(record, name) else None
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def _spell(kind: Any, value: Any) -> str:
    if isinstance(kind, Many):
        return "; ".join(_spell(kind.inner, item) for item in value)
    if isinstance(kind, Choice):
        return term(kind.list, str(value)).label_id
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return str(value)


def _parties(registry: Registry, about: str) -> tuple[Party, ...]:
    return registry.records.list(Party, about=about)


def _ordered(parties: Mapping[str, Party], filing: Filing) -> tuple[Party, ...]:
    """Put people in the order of their shares; the others after them, oldest record first."""
    named = [str(share.party) for share in filing.shares or ()]
    order = {party_id: place for place, party_id in enumerate(named)}
    return tuple(sorted(parties.values(), key=lambda party: (order.get(str(party.id), len(order)), party.id)))
