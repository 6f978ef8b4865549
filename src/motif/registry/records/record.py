"""What records have in common: fields that check themselves, JSON both ways, links to others."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final, Self

from motif.errors import ParameterError
from motif.messages import N_
from motif.registry.records.fields import Id, Kind, Many

FORMAT: Final = 1
"""Number of the JSON form; a reader refuses a number that it does not know."""


def known(kind: Kind, label_en: str, label_id: str, *, link: str = "", typed: bool = True) -> Any:
    """Declare a field of a record; its default is None, which means unknown.

    Parameters
    ----------
    kind : Kind
    label_en, label_id : str
    link : str
        The role under which its ids are links to other records; empty if they are none.
    typed : bool
        Whether the command line offers it.
    """
    metadata = {"kind": kind, "en": label_en, "id": label_id, "link": link, "typed": typed}
    return field(default=None, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Fields that check themselves when it is made, and their JSON; changed with ``dataclasses.replace``."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None and "kind" in each.metadata:
                object.__setattr__(self, each.name, each.metadata["kind"].read(value, each.name))

    def to_json(self) -> dict[str, Any]:
        """Return all fields as JSON-ready values; what is unknown is null."""
        values = ((each, getattr(self, each.name)) for each in fields(self) if "kind" in each.metadata)
        return {
            each.name: None if value is None else each.metadata["kind"].write(value) for each, value in values
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what ``to_json`` made; raise ``ParameterError`` on anything else."""
        if not isinstance(value, dict):
            message = N_("{value!r:.60}; expected the JSON of a {kind}", value=value, kind=cls.__name__)
            raise ParameterError(message)
        names = {each.name for each in fields(cls)}
        unknown = sorted(str(name) for name in value.keys() - names)
        if unknown:
            message = N_("a {kind} has no field {strange!r:.60}", kind=cls.__name__, strange=unknown[0])
            raise ParameterError(message, hint=N_("Fields: {names}.", names=", ".join(sorted(names))))
        return cls(**value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Piece):
    """A record of the registry; one class for each kind.

    Parameters
    ----------
    id : str or None
        Such as ``"P-000042-7"``; None until it is put into a registry.
    """

    KIND: ClassVar[str] = ""
    LETTERS: ClassVar[str] = ""
    PERSONAL: ClassVar[bool] = False
    """Whether it tells of a person: kept beside the log, so that it can be erased."""

    id: str | None = None

    def __post_init__(self) -> None:
        if self.id is not None:
            object.__setattr__(self, "id", Id(self.LETTERS).read(self.id, "id"))
        Piece.__post_init__(self)

    def erasable(self) -> tuple[str, ...]:
        """Return the SHA-256 of what is kept beside the record and is erased with it."""
        return ()

    def links(self) -> dict[str, tuple[str, ...]]:
        """Return to what the record refers, by role."""
        links: dict[str, tuple[str, ...]] = {}
        for each in fields(self):
            role, value = each.metadata.get("link"), getattr(self, each.name)
            if role and value:
                links[role] = (*links.get(role, ()), *(value if isinstance(value, tuple) else (value,)))
        return links

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON-ready values: ``format``, ``kind``, ``id``, and all its fields."""
        return {"format": FORMAT, "kind": self.KIND, "id": self.id} | Piece.to_json(self)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what ``to_json`` made; raise ``ParameterError`` on anything else."""
        if not isinstance(value, dict) or value.get("kind") != cls.KIND:
            message = N_("{value!r:.60}; expected the JSON of a {kind}", value=value, kind=cls.KIND)
            raise ParameterError(message)
        if value.get("format") != FORMAT:
            values = {"kind": cls.KIND, "value": value.get("format"), "format": FORMAT}
            message = N_("{kind} format {value!r:.40}; expected {format}", **values)
            raise ParameterError(message, hint=N_("Update motif."))
        own = {name: item for name, item in value.items() if name not in ("format", "kind")}
        return Piece.from_json.__func__(cls, own)  # type: ignore[attr-defined, no-any-return]

    @classmethod
    def typed_fields(cls) -> dict[str, Any]:
        """Return the fields that the command line and tables offer: name -> metadata."""
        return {each.name: each.metadata for each in fields(cls) if each.metadata.get("typed")}

    @classmethod
    def parse(cls, typed: dict[str, str | tuple[str, ...]]) -> dict[str, Any]:
        """Read what was typed for some fields; an empty text says nothing."""
        values: dict[str, Any] = {}
        for name, entered in typed.items():
            kind = cls.typed_fields()[name]["kind"]
            texts = [entered] if isinstance(entered, str) else entered
            if any(text.strip() for text in texts):
                text = ";".join(texts) if isinstance(kind, Many) else texts[-1]
                values[name] = kind.parse(text.strip(), name)
        return values
