"""Change a filing: begin one, answer what its route asks, note what was sent and what came back.

Each answer goes where it belongs: the title to the entry, what is known of the design to its record, people
to theirs, and the rest to the filing, all with history.
"""

from __future__ import annotations

import difflib
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from motif.errors import ParameterError
from motif.filing.facts import Facts, gather, has_field, role_of
from motif.filing.files import signers_of
from motif.filing.personal import has_nik
from motif.filing.routes import FieldSpec, FileSpec, Rules, shipped_rules
from motif.messages import N_, message_of, system_reason
from motif.registry.records.fields import Many, Part, split_items
from motif.registry.records.filing import (
    PAPER_BYTES_MAX,
    CheckAnswer,
    ChosenPhoto,
    Document,
    Filing,
    Notice,
    OwnValue,
    Paper,
    PictureConsent,
    Share,
)
from motif.registry.records.people import Party, Role
from motif.registry.records.record import Piece
from motif.registry.records.works import Motif, Specimen
from motif.registry.registry import Registry
from motif.registry.results import CheckResult

ENTRY_ROLES: Final = ("pencipta", "pendesain", "pemegang_hak", "kustodian")
"""Roles that people have in a design; the others they have in one filing of it."""

KEPT: Final = frozenset({".pdf", ".docx", ".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".mp4"})
"""Ends of the names of papers that are kept: what a portal takes, and what is made into it."""

_FILE: Final = "file"
_PHOTOS: Final = "photos"
_CHECK: Final = "check"
_SHARES: Final = "shares"
_NUMBERS: Final = ("application_no", "registration_no", "billing_no")
"""Numbers of the authority, which may be as long as an identity number."""
_DOCUMENT: Final = {each.name: each.metadata["kind"] for each in fields(Document)}
_TYPED_OF_DOCUMENT: Final = ("person", "number", "signers", "place", "date", "meterai", "seen_by", "seen_on")


def new_filing(registry: Registry, entry_id: str, route: str, *, rules: Rules | None = None) -> Filing:
    """Begin a filing of a design by one of the routes.

    Parameters
    ----------
    registry : Registry
    entry_id : str
    route : str, such as ``"copyright"``
    rules : Rules, optional
        By default those that are shipped.

    Returns
    -------
    Filing

    Raises
    ------
    ParameterError
        If there is no such route, a filing of this design by it is under way, or it was withdrawn.
    """
    key = (rules or shipped_rules()).route(route).key
    entry = registry.get(entry_id)
    if entry.withdrawn:
        raise ParameterError(
            N_("{entry} was withdrawn, and is not filed", entry=entry.id),
            hint=N_("motif show {entry} says why.", entry=entry.id),
        )
    for filing in registry.records.list(Filing, about=entry.id):
        if filing.route == key and filing.pending:
            hint = N_("Go on with it: motif filing show {id}", id=filing.id)
            raise ParameterError(N_("{entry} is being filed already", entry=entry.id), hint=hint)
    return registry.records.put(Filing(entries=(entry.id,), route=key, status="draf"))


def set_answers(
    registry: Registry,
    filing_id: str,
    typed: Mapping[str, str],
    *,
    by: str = "",
    at: datetime | None = None,
    rules: Rules | None = None,
) -> Filing:
    """Answer what a filing's route asks: all answers are kept in one step, or none.

    Parameters
    ----------
    registry : Registry
    filing_id : str
    typed : mapping of str to str
        A field's key -> its value; ``pencipta.nama`` or ``pencipta.2.nama`` for a person's; ``ktp.seen_by``,
        ``surat_pernyataan.date``, ``akta_pendirian.file`` and so on for a paper's; ``contoh_ciptaan.photos``
        -> ``1:depan; 2``; ``check.peran`` -> ``terpenuhi: reason``; ``shares`` -> ``P-000001-3: 60; …``; and
        the filing's own fields, such as ``transfer_ground``. An empty value makes it unknown again.
    by : str
        Who answers checks; by default who works with the registry.
    at : datetime, optional
        The day that answers are dated; by default now.
    rules : Rules, optional

    Returns
    -------
    Filing
        As it is now.

    Raises
    ------
    ParameterError
        If there is no such key, or a value cannot be kept; the hint names what is near.
    """
    at = at or datetime.now(UTC)
    facts = gather(registry, filing_id, at=at, rules=rules)
    plan = _Plan(facts=facts, by=by or registry.actor.name or registry.by)
    for key, value in typed.items():
        plan.take(key, value.strip())
    with registry.together():
        return plan.carry_out(registry)


def problems_of(facts: Facts, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with each of some answers; see ``set_answers``.

    Parameters
    ----------
    facts : Facts
    typed : mapping of str to str

    Returns
    -------
    dict of str to str
        Key -> a marked sentence; without answers that can be kept.
    """
    problems = {}
    for key, value in typed.items():
        try:
            _Plan(facts=facts, by="").take(key, value.strip())
        except ParameterError as error:
            problems[key] = message_of(error)
    return problems


def note_sent(
    registry: Registry, filing_id: str, *, number: str = "", day: str = "", billing: str = "", paid: str = ""
) -> Filing:
    """Note that the office has filed it on the portal.

    Parameters
    ----------
    registry : Registry
    filing_id : str
    number : str
        The application's, as the portal gave it; empty if it gave none yet.
    day : str
        Of the application; by default today.
    billing, paid : str
        The billing code, and the day of the payment.

    Returns
    -------
    Filing
    """
    texts = {"application_no": number, "billing_no": billing, "paid_on": paid}
    values = Filing.parse({**texts, "application_date": day or f"{date.today()}"})
    return _amend(registry, filing_id, lambda filing: replace(filing, status="diajukan", **values))


def note_result(
    registry: Registry,
    filing_id: str,
    status: str,
    *,
    number: str = "",
    day: str = "",
    certificate: Path | None = None,
    notice: Notice | None = None,
) -> Filing:
    """Note what the authority answered.

    Parameters
    ----------
    registry : Registry
    filing_id : str
    status : str
        ``dicatat``, ``terdaftar``, ``kurang``, ``ditolak``, ``ditarik`` or ``dibatalkan``; with ``diajukan``
        the open notices have been answered on ``day``.
    number, day : str
        Of the record or registration.
    certificate : Path, optional
        Its file, which is kept.
    notice : Notice, optional
        A deficiency that was named, with the day until which to answer.

    Returns
    -------
    Filing
    """
    answered = status == "diajukan"
    day = day or f"{date.today()}"
    texts = {} if answered or status == "kurang" else {"registration_no": number, "registration_date": day}
    values: dict[str, Any] = Filing.parse({"status": status, **texts})
    kept = None if certificate is None else _keep(registry, filing_id, "sertifikat", certificate)

    def change(filing: Filing) -> Filing:
        notices = tuple(
            replace(each, answered=each.answered or day) if answered else each
            for each in filing.notices or ()
        )
        notices += () if notice is None else (notice,)
        documents = (filing.documents or ()) + (() if kept is None else (kept,))
        return replace(filing, **values, notices=notices or None, documents=documents or None)

    return _amend(registry, filing_id, change)


def release_pictures(registry: Registry, filing_id: str, *, reason: str) -> Filing:
    """Note that the head agreed to pictures of a sacred or secret design leaving the registry.

    Parameters
    ----------
    registry : Registry
        As the head, or whoever has the registry itself in hand, acts in it.
    filing_id : str
    reason : str
        What was agreed with the community.

    Returns
    -------
    Filing

    Raises
    ------
    AccessDeniedError
        If somebody else asks.
    ParameterError
        If the one who agrees, or the reason, is not named.
    """
    by = registry.actor.name or registry.by
    if not by or not reason.strip():
        raise ParameterError(N_("a release names who agreed, and why"), hint=N_("Give --by and a reason."))
    access = gather(registry, filing_id).motif.access_class
    consent = PictureConsent(by=by, date=f"{date.today()}", reason=reason, access_class=access)
    return _amend(registry, filing_id, lambda filing: replace(filing, picture_consent=consent))


def withhold_pictures(registry: Registry, filing_id: str) -> Filing:
    """Take back what ``release_pictures`` noted: from now on no picture of a closed design leaves.

    Parameters
    ----------
    registry : Registry
        As the head, or whoever has the registry itself in hand, acts in it.
    filing_id : str

    Returns
    -------
    Filing

    Raises
    ------
    AccessDeniedError
        If somebody else asks.
    """
    return _amend(registry, filing_id, lambda filing: replace(filing, picture_consent=None))


def recheck_cloth(registry: Registry, filing_id: str, photo: Path) -> CheckResult:
    """Check a new photo of the cloth that is kept under seal against its own entry, and note the day.

    Parameters
    ----------
    registry : Registry
    filing_id : str
    photo : Path

    Returns
    -------
    CheckResult

    Raises
    ------
    ParameterError
        If the photo does not show the design of the filing, or no kept cloth is recorded; nothing is noted.
    """
    facts = gather(registry, filing_id)
    if not facts.specimens:
        hint = N_("Record it: motif specimen add --entry {id} --storage PLACE", id=facts.entry.id)
        raise ParameterError(N_("no cloth of {id} is recorded", id=facts.entry.id), hint=hint)
    result = registry.check(photo, limit=50)
    own = next((match for match in result.matches if match.entry.id == facts.entry.id), None)
    if own is None or own.evidence.verdict == "clear":
        hint = N_("Photograph the cloth again; if it is the right one, a person must look.")
        raise ParameterError(N_("the photo does not show the design of {id}", id=facts.entry.id), hint=hint)
    today = f"{date.today()}"
    for cloth in facts.specimens[:1]:
        registry.records.amend(str(cloth.id), lambda known: _checked(known, today))
    return result


def answer_keys(facts: Facts) -> tuple[str, ...]:
    """Return every key that ``set_answers`` takes for a filing.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of str
    """
    keys: list[str] = []
    for spec in facts.route.fields:
        keys += [f"{spec.key}.{part.key}" for part in spec.block] if spec.block else [spec.key]
    for file in facts.route.files:
        keys += [f"{file.key}.{name}" for name in _parts_of(file)]
    keys += [f"{_CHECK}.{spec.key}" for spec in (*facts.route.checks, *facts.route.clauses)]
    return (*keys, _SHARES, *_own_fields())


def _checked(cloth: Any, day: str) -> Specimen:
    assert isinstance(cloth, Specimen)
    return replace(cloth, last_check=day)


def _parts_of(spec: FileSpec) -> tuple[str, ...]:
    if spec.kind == "identity":
        return ("person", "seen_by", "seen_on")
    return (_PHOTOS,) if spec.kind == "image" else (_FILE, *_TYPED_OF_DOCUMENT)


def _own_fields() -> tuple[str, ...]:
    kept_by_route = {"entries", "route", "status"}
    return tuple(name for name in Filing.typed_fields() if name not in kept_by_route)


def _amend(registry: Registry, filing_id: str, change: Callable[[Filing], Filing]) -> Filing:
    def checked(record: Any) -> Filing:
        if not isinstance(record, Filing):
            raise ParameterError(N_("{id} is not a filing", id=filing_id))
        return change(record)

    amended = registry.records.amend(filing_id, checked)
    assert isinstance(amended, Filing)
    return amended


def _keep(registry: Registry, filing_id: str, key: str, path: Path) -> Document:
    """Keep a file beside the log, and return what the filing says of it."""
    if path.suffix.lower() not in KEPT:
        hint = N_("Kept are {kinds}.", kinds=", ".join(sorted(KEPT)))
        raise ParameterError(N_("{path} is no paper that is kept", path=path), hint=hint)
    try:
        with path.open("rb") as file:
            data = file.read(PAPER_BYTES_MAX + 1)
    except OSError as error:
        values = {"path": path, "reason": system_reason(error)}
        raise ParameterError(N_("{path} cannot be read: {reason}", **values)) from error
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    paper = registry.records.keep_paper(
        Paper(filing=filing_id, key=key, name=path.name, media_type=media_type), data
    )
    return Document(key=key, name=path.name, media_type=media_type, size_bytes=len(data), paper=str(paper.id))


@dataclass(slots=True, kw_only=True)
class _Plan:
    """What some answers change, gathered before anything is written."""

    facts: Facts
    by: str
    title: str | None = None
    motif: dict[str, Any] = field(default_factory=dict)
    filing: dict[str, Any] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    answers: dict[str, CheckAnswer | None] = field(default_factory=dict)
    people: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    documents: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    files: dict[tuple[str, int], Path] = field(default_factory=dict)
    photos: dict[str, tuple[ChosenPhoto, ...]] = field(default_factory=dict)

    def take(self, key: str, value: str) -> None:
        """Read one answer."""
        if has_nik(value) and key not in _NUMBERS:
            hint = N_("Its owner types it on the portal. Nothing was kept.")
            raise ParameterError(N_("{key}: an identity number is never kept", key=key), hint=hint)
        name, _dot, rest = key.partition(".")
        spec = next((each for each in self.facts.route.fields if each.key == name), None)
        file = next((each for each in self.facts.route.files if each.key == name), None)
        checks = {each.key for each in (*self.facts.route.checks, *self.facts.route.clauses)}
        if name == _CHECK and rest in checks:
            self._answer(rest, value)
        elif spec is not None and spec.block:
            self._person(spec, rest, value, key)
        elif spec is not None and not rest:
            self._field(spec, value)
        elif file is not None and rest:
            self._file(file, rest, value, key)
        elif key == _SHARES:
            self.filing[_SHARES] = Many(Part(Share.from_json, Share.spelled)).parse(value, key) or None
        elif key in _own_fields():
            self.filing[key] = Filing.parse({key: value}).get(key)
        else:
            raise self._strange(key)

    def carry_out(self, registry: Registry) -> Filing:
        """Write what was gathered."""
        facts, filing_id = self.facts, str(self.facts.filing.id)
        if self.title is not None or self.motif:
            registry.revise(facts.entry.id, title=self.title, known=self.motif)
        for (role, place), values in self.people.items():
            self._put_person(registry, role, place, values)
        for role, ids in self.joined.items():
            for party_id in ids:
                registry.records.amend(party_id, lambda party, role=role: self._with_role(party, role))  # type: ignore[misc]
        kept = {at: _keep(registry, filing_id, at[0], path) for at, path in self.files.items()}
        return _amend(registry, filing_id, lambda filing: self._applied(filing, kept))

    def _field(self, spec: FieldSpec, value: str) -> None:
        place, _dot, name = spec.maps_to.rpartition(".")
        if spec.values and value and spec.verified:
            self._require_offered(spec, value)
        if spec.maps_to == "motif.title":
            self.title = value
        elif place == "motif" and has_field(self.facts.motif, name):
            self.motif[name] = Motif.parse({name: value}).get(name)
        elif place == "filing" and name in Filing.typed_fields():
            self.filing[name] = Filing.parse({name: value}).get(name)
        elif place.startswith("party[") and name in Party.typed_fields():
            parsed = Party.parse({name: value}).get(name)
            self.people.setdefault((role_of(spec), 1), {})[name] = parsed
        elif place.startswith("party["):
            hint = N_("Record the person: {key}.nama=…", key=role_of(spec))
            raise ParameterError(
                N_("{key} follows from the people that are recorded", key=spec.key), hint=hint
            )
        else:
            self.own[spec.key] = value

    def _require_offered(self, spec: FieldSpec, value: str) -> None:
        offered = {each.casefold() for each in spec.values}
        wrong = next((item for item in split_items(value) if item.casefold() not in offered), None)
        if wrong is not None:
            hint = N_("The form offers: {names}.", names=", ".join(spec.values))
            raise ParameterError(
                N_("{key}={value!r:.60} is not offered", key=spec.key, value=wrong), hint=hint
            )

    def _person(self, spec: FieldSpec, rest: str, value: str, key: str) -> None:
        role = role_of(spec)
        if not rest:
            self.joined[role] = tuple(split_items(value))
            return
        place, name = _numbered(rest)
        part = next((each for each in spec.block if each.key == name), None)
        attribute = name if part is None else part.maps_to.rpartition(".")[2]
        if attribute not in Party.typed_fields() and attribute != "consent":
            raise self._strange(key)
        kinds = {each.name: each.metadata["kind"] for each in fields(Party) if "kind" in each.metadata}
        parsed = kinds[attribute].parse(value, key) if value else None
        self.people.setdefault((role, place or 1), {})[attribute] = parsed

    def _file(self, spec: FileSpec, rest: str, value: str, key: str) -> None:
        place, name = _numbered(rest)
        if name not in _parts_of(spec):
            if spec.kind == "identity" and name == _FILE:
                hint = N_("Say who saw it: {key}.seen_by=…", key=spec.key)
                raise ParameterError(N_("identity papers are never kept"), hint=hint)
            raise self._strange(key)
        if name == _PHOTOS:
            self.photos[spec.key] = tuple(self._photo(spec.key, item) for item in split_items(value))
            return
        if name == _FILE:
            self.files[spec.key, place or 1] = Path(value)
            return
        parsed = _DOCUMENT[name].parse(value, key) if value else None
        for at, defaults in self._places(spec, place):
            known = self.documents.setdefault(at, defaults)
            known[name] = parsed
            if name == "seen_by":
                known.setdefault("seen_on", self._today)
            if name == "date" and spec.signers:
                known.setdefault("signers", tuple(str(party.id) for party in signers_of(self.facts, spec)))

    def _places(self, spec: FileSpec, place: int) -> list[tuple[tuple[str, int], dict[str, Any]]]:
        """Return which papers an answer is about: of papers that each person has, all without a number."""
        people = self.facts.people(spec.role) if spec.role else ()
        if place or len(people) < 2:
            return [((spec.key, place or 1), {})]
        return [((spec.key, at), {"person": str(party.id)}) for at, party in enumerate(people, 1)]

    def _photo(self, key: str, text: str) -> ChosenPhoto:
        """Read ``2``, ``2:depan`` or ``2:depan:caption``; instead of the number the SHA-256 may stand."""
        which, view, caption = [*(part.strip() for part in text.split(":", 2)), "", ""][:3]
        photos = self.facts.entry.photos
        if which.isdecimal() and 1 <= int(which) <= len(photos):
            sha256 = photos[int(which) - 1].sha256
        else:
            near = [photo.sha256 for photo in photos if len(which) >= 8 and photo.sha256.startswith(which)]
            if len(near) != 1:
                hint = N_("Photos are numbered from 1 to {count}.", count=len(photos))
                raise ParameterError(N_("{which!r:.60} is not a photo of the entry", which=which), hint=hint)
            sha256 = near[0]
        return ChosenPhoto(sha256=sha256, key=key, view=view or None, caption=caption or None)

    def _answer(self, key: str, value: str) -> None:
        answer, _colon, reason = value.partition(":")
        if not value:
            self.answers[key] = None
            return
        values = {"answer": answer.strip().replace(" ", "_"), "reason": reason.strip() or None}
        self.answers[key] = CheckAnswer(key=key, by=self.by or None, date=self._today, **values)

    @property
    def _today(self) -> str:
        return f"{self.facts.at:%Y-%m-%d}"

    def _put_person(self, registry: Registry, role: str, place: int, values: dict[str, Any]) -> None:
        people = self.facts.named(role)
        if place <= len(people):
            registry.records.amend(str(people[place - 1].id), lambda party: replace(party, **values))
            return
        registry.records.put(self._with_role(Party(**values), role))

    def _with_role(self, party: Any, role: str) -> Party:
        assert isinstance(party, Party)
        facts = self.facts
        about = facts.entry.id if role in ENTRY_ROLES else str(facts.filing.id)
        has = Role(role=role, of=about)
        roles = party.roles or ()
        return party if has in roles else replace(party, roles=(*roles, has))

    def _applied(self, filing: Filing, kept: Mapping[tuple[str, int], Document]) -> Filing:
        answers = {str(each.key): each for each in filing.answers or ()} | self.answers
        own = {str(each.key): each for each in filing.values or ()}
        own |= {key: OwnValue(key=key, value=value) if value else None for key, value in self.own.items()}  # type: ignore[misc]
        photos = [photo for photo in filing.photos or () if photo.key not in self.photos]
        photos += [photo for chosen in self.photos.values() for photo in chosen]
        return replace(
            filing,
            **self.filing,
            answers=_filled(answers.values()),
            values=_filled(own.values()),
            photos=tuple(photos) or None,
            documents=self._documents(filing, kept) or None,
        )

    def _documents(self, filing: Filing, kept: Mapping[tuple[str, int], Document]) -> tuple[Document, ...]:
        """Return the papers of a filing with what was answered; new ones at the end."""
        documents = list(filing.documents or ())
        for (key, place), values in [
            *self.documents.items(),
            *((at, _facts_of(each)) for at, each in kept.items()),
        ]:
            places = [at for at, document in enumerate(documents) if document.key == key]
            if place <= len(places):
                documents[places[place - 1]] = replace(documents[places[place - 1]], **values)
            else:
                documents.append(
                    Document(key=key, **{name: value for name, value in values.items() if name != "key"})
                )
        return tuple(documents)

    def _strange(self, key: str) -> ParameterError:
        keys = answer_keys(self.facts)
        near = difflib.get_close_matches(key, keys, n=3, cutoff=0.4)
        hint = N_("Perhaps {near}? motif filing show lists all.", near=", ".join(near))
        return ParameterError(
            N_("the route asks for no {key!r:.60}", key=key),
            hint=hint if near else N_("motif filing show lists what is asked."),
        )


def _filled(pieces: Any) -> Any:
    return tuple(piece for piece in pieces if piece is not None) or None


def _facts_of(piece: Piece) -> dict[str, Any]:
    values = {each.name: getattr(piece, each.name) for each in fields(piece)}
    return {name: value for name, value in values.items() if value is not None}


def _numbered(rest: str) -> tuple[int, str]:
    """Split ``2.nama`` into its number, 0 if there is none, and its name."""
    place, dot, name = rest.partition(".")
    return (int(place), name) if dot and place.isdecimal() and int(place) else (0, rest)
