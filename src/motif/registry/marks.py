"""Marks that a registry ignores: kept, taken back, and taken away from what is asked.

A mark is common matter of its registry, such as a shop's label. Whatever is asked, each active mark is looked
for in it first (``matching.ignored``), and what lies on one is no evidence. Because that could hide a copy,
``IgnoredMarks.consequences`` tells beforehand which indications would vanish or weaken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Final

import cv2
import numpy as np

from motif.errors import EntryNotFoundError, MalformedFingerprintError, ParameterError, RegistryCorruptError
from motif.files import SHA256
from motif.fingerprint import Fingerprint, fingerprint_swatches
from motif.matching.evidence import Evidence
from motif.matching.ignored import (
    LEAST_KEYPOINTS,
    FoundMark,
    Mark,
    cut_mark,
    find_marks,
    without_found,
    without_marks,
)
from motif.matching.parts import Polygon
from motif.matching.score import Verdict
from motif.matching.search import compare
from motif.messages import N_
from motif.normalize.cut import Cut
from motif.normalize.swatch import Swatch, normalize_fields
from motif.photo.photo import Photo, decoded_photo
from motif.photo.source import PhotoSource
from motif.profiles import Profile
from motif.registry.catalogue import canonical_id, put_record, record_of, records_of, required_reason
from motif.registry.decisions import apply_decisions, decide, side_of
from motif.registry.records.decision import Decision, SavedCheck
from motif.registry.records.ids import format_id, parse_id
from motif.registry.records.mark import IgnoredMark
from motif.registry.records.text import clean_by
from motif.registry.results import Match
from motif.registry.store import RESTORE_HINT, OriginalStore, Reader, RecordReader, Store, Writer

Box = tuple[int, int, int, int]
"""Left, top, width and height, in pixels of the upright photo."""

_SHARE_MAX: Final = 0.5
"""Most of a photo that a mark may cover: more is the picture itself."""
_GRID: Final = 25
_ASKED_MAX: Final = 60
"""Most photos with the mark that are asked about again, before it is ignored."""
_PAGE: Final = 200
_WEAKER: Final = 0.1
"""A score that falls by this much is weaker, even where the verdict stays."""
_GRAVITY: Final[tuple[Verdict, ...]] = ("clear", "review", "conflict")

Find = Callable[[Reader, Fingerprint], tuple[Match, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkDraft:
    """A mark that is not ignored yet.

    Parameters
    ----------
    mark : Mark
    sha256 : str
        Of the photo.
    box : Box
    """

    mark: Mark
    sha256: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakenedMatch:
    """An indication that vanishes, or weakens, where a mark is ignored.

    Parameters
    ----------
    asked : str
        The entry whose photo, or the saved check, that is asked about.
    entry : str
    before, after : "clear", "review" or "conflict"
    score_before, score_after : float, range 0..1
    """

    asked: str
    entry: str
    before: Verdict
    after: Verdict
    score_before: float
    score_after: float

    def to_json(self) -> dict[str, object]:
        """Return JSON-ready values."""
        return {
            "asked": self.asked,
            "entry": self.entry,
            "before": {"verdict": self.before, "score": round(self.score_before, 6)},
            "after": {"verdict": self.after, "score": round(self.score_after, 6)},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What follows from ignoring a mark.

    Parameters
    ----------
    weakened : tuple of WeakenedMatch
        Vanished indications first.
    found : int
        Registered photos and saved checks that show the mark.
    asked : int
        How many of those were asked about again: not all where there are very many.
    """

    weakened: tuple[WeakenedMatch, ...]
    found: int
    asked: int

    def to_json(self) -> dict[str, object]:
        """Return JSON-ready values."""
        return {
            "weakened": [match.to_json() for match in self.weakened],
            "found": self.found,
            "asked": self.asked,
        }


class IgnoredMarks:
    """The marks that a registry ignores; ``Registry.marks`` gives it.

    Parameters
    ----------
    store : Store
    originals : OriginalStore
    profile : Profile
        The registry's.
    by : str
        Who works with it; recorded in the log.
    find : callable, (Reader, Fingerprint) -> tuple of Match
        Searches all active photos, without regard to marks and decisions.

    Examples
    --------
    >>> import tempfile
    >>> from motif.registry.registry import Registry
    >>> photo = np.random.default_rng(5).integers(0, 256, (24, 24), np.uint8).repeat(12, 0).repeat(12, 1)
    >>> with Registry.open(tempfile.mkdtemp(), by="Bu Sri") as registry:
    ...     label = registry.marks.draft(photo, (20, 20, 120, 120))
    ...     ignored = registry.marks.ignore(label, reason="the label of a shop")
    ...     registry.check(photo).ignored_marks
    ...     _ = registry.marks.restore(ignored.id, reason="it is a motif")
    ...     registry.check(photo).ignored_marks
    ('X-000001-3',)
    ()
    """

    def __init__(
        self, store: Store, originals: OriginalStore, *, profile: Profile, by: str, find: Find
    ) -> None:
        self._store = store
        self._originals = originals
        self._profile = profile
        self._by = by
        self._find = find

    def draft(self, photo: Photo | PhotoSource, box: Sequence[int]) -> MarkDraft:
        """Cut a mark out of a photo, without keeping anything yet.

        Parameters
        ----------
        photo : Photo, path, bytes or ndarray
            It need not be registered.
        box : four int
            Left, top, width and height around the mark, in pixels of the upright photo.

        Returns
        -------
        MarkDraft

        Raises
        ------
        ParameterError
            If the box does not lie on the photo, covers more than half of it, or holds nothing by which the
            mark could be found again.
        """
        return draft_mark(_read(photo, self._profile), box, self._profile)

    def draft_of_match(self, *sides: str, checked: Fingerprint | None = None) -> MarkDraft:
        """Cut out what coincides in a match, without keeping anything yet.

        Parameters
        ----------
        *sides : two str
            As for ``Registry.decide``: entries, the SHA-256 of a photo that was checked, or a saved check.
        checked : Fingerprint, optional
            Of a side that is neither registered nor a saved check.

        Returns
        -------
        MarkDraft
            Of the registered photo.

        Raises
        ------
        ParameterError
            If nothing coincides, or what coincides is no part of a photo.
        EntryNotFoundError
            If a side does not exist, or nothing is kept of it.
        """
        if len(sides) != 2:
            hint = N_("Name both sides of the match.")
            raise ParameterError(N_("a label is said of a pair"), hint=hint)
        with self._store.reading() as reader:
            a, b = (side_of(reader, side) for side in sides)
            asked, entry = (b, a) if SHA256.fullmatch(b) else (a, b)
            marks = tuple(active_marks(reader, self._profile).values())
            queries = [without_marks(query, marks) for query in self._fingerprints(reader, asked, checked)]
            registered = self._fingerprints(reader, entry, None)
        pairs = [(photo, compare(query, photo)) for query in queries for photo in registered]
        shown = [(photo, evidence) for photo, evidence in pairs if is_part(evidence)]
        if not shown:
            hint = N_("Show it with a box: motif ignore PHOTO --box X,Y,WIDTH,HEIGHT.")
            raise ParameterError(N_("no part of {a} coincides with a part of {b}", a=a, b=b), hint=hint)
        photo, evidence = max(shown, key=lambda pair: (pair[1].basis == "label", pair[1].score))
        source = self._original(entry, photo.source_sha256)
        outline, field = evidence.registered_outline[0], evidence.registered_field
        box = box_around(outline, source, self._profile, field=field, cut=photo.cut)
        return draft_mark(source, box, self._profile)

    def consequences(self, draft: MarkDraft) -> Consequences:
        """Tell which indications would vanish or weaken if a mark were ignored.

        Every registered photo and every saved check that shows the mark is asked about twice, as things are
        and without the mark; of very many, the newest.

        Parameters
        ----------
        draft : MarkDraft

        Returns
        -------
        Consequences
        """
        with self._store.reading() as reader:
            known = tuple(active_marks(reader, self._profile).values())
            showing = list(self._showing(reader, known, draft.mark))
            weakened: dict[frozenset[str], WeakenedMatch] = {}
            for name, query, found in showing[-_ASKED_MAX:]:
                for match in self._weakened(reader, name, query, without_found(query, found)):
                    pair = frozenset((match.asked, match.entry))
                    weakened[pair] = max(match, weakened.get(pair, match), key=_loss)
        ordered = sorted(weakened.values(), key=_loss, reverse=True)
        asked = min(len(showing), _ASKED_MAX)
        return Consequences(weakened=tuple(ordered), found=len(showing), asked=asked)

    def ignore(self, draft: MarkDraft, *, reason: str, by: str = "") -> IgnoredMark:
        """Ignore a mark from now on, whatever is asked; ask for the ``consequences`` first.

        Parameters
        ----------
        draft : MarkDraft
        reason : str, 1 to 10 000 characters
        by : str
            Who decided; by default who works with the registry.

        Returns
        -------
        IgnoredMark
            The one that is kept already, where it is of the same box on the same photo.
        """
        with self._store.writing(by=clean_by(by) or self._by) as writer:
            return _ignore(writer, draft, reason=reason, by=clean_by(by) or self._by)

    def decide(self, draft: MarkDraft, sides: tuple[str, ...], *, by: str, reason: str) -> Decision:
        """Keep the decision that two designs differ and share a label, and ignore it, in one step.

        Parameters
        ----------
        draft : MarkDraft
        sides : tuple of two str
        by, reason : str

        Returns
        -------
        Decision
        """
        with self._store.writing(by=clean_by(by)) as writer:
            decision = decide(writer, sides, "label", by=by, reason=reason)
            _ignore(writer, draft, reason=reason, by=clean_by(by), decision=decision.id)
            return decision

    def restore(self, mark_id: str, *, reason: str, by: str = "") -> IgnoredMark:
        """Let a mark count again; doing so twice changes nothing.

        Parameters
        ----------
        mark_id : str
        reason : str, 1 to 10 000 characters
        by : str
            Who decided; by default who works with the registry.

        Returns
        -------
        IgnoredMark

        Raises
        ------
        EntryNotFoundError
            If there is no such mark.
        """
        reason = required_reason(reason, hint=N_("Say why the mark counts again."))
        who = clean_by(by) or self._by
        with self._store.writing(by=who) as writer:
            known = record_of(writer, canonical_id(mark_id))
            if not isinstance(known, IgnoredMark):
                hint = N_("See motif ignore --list.")
                raise EntryNotFoundError(N_("{id} is no ignored mark", id=known.id), hint=hint)
            if not known.active:
                return known
            now = datetime.now(UTC)
            changed = replace(known, restored_reason=reason, restored_by=who or None, restored_at=now)
            return put_record(writer, changed)

    def _weakened(
        self, reader: Reader, name: str, query: Fingerprint, without: Fingerprint
    ) -> Iterator[WeakenedMatch]:
        before = self._judged(reader, query)
        if all(match.verdict == "clear" or match.entry.id == name for match in before):
            return
        after = {match.entry.id: match for match in self._judged(reader, without)}
        for match in before:
            if match.verdict == "clear" or match.entry.id == name:
                continue
            left = after.get(match.entry.id)
            weakened = WeakenedMatch(
                asked=name,
                entry=match.entry.id,
                before=match.verdict,
                after="clear" if left is None else left.verdict,
                score_before=match.score,
                score_after=0.0 if left is None else left.score,
            )
            if _loss(weakened) >= (0, _WEAKER):
                yield weakened

    def _judged(self, reader: Reader, query: Fingerprint) -> tuple[Match, ...]:
        return apply_decisions(reader, query, self._find(reader, query))

    def _showing(
        self, reader: Reader, known: Sequence[Mark], mark: Mark
    ) -> Iterator[tuple[str, Fingerprint, tuple[FoundMark, ...]]]:
        """Yield the registered photos and saved checks that show a mark: name, fingerprint, where."""
        for name, photo in self._all(reader):
            query = without_marks(photo, known)
            found = find_marks(query, [mark])
            if found:
                yield name, query, found

    def _all(self, reader: Reader) -> Iterator[tuple[str, Fingerprint]]:
        keys = iter(reader.changes().added)
        while page := list(islice(keys, _PAGE)):
            numbers = {key: reference.number for key, reference in reader.active(page).items()}
            for key, data in reader.fingerprints(page, self._profile.id).items():
                yield format_id(numbers[key]), _decoded(data, f"photo {key}")
        checks = [check for check in records_of(reader, SavedCheck) if check.profile == self._profile.id]
        for check in checks:
            yield str(check.id), _of_check(reader, check)

    def _fingerprints(self, reader: Reader, side: str, checked: Fingerprint | None) -> list[Fingerprint]:
        """Return what is kept of one side of a match; ``checked`` where it is of that photo."""
        if checked is not None and checked.source_sha256 == side:
            return [checked]
        if SHA256.fullmatch(side):
            keys = [reference.key for reference in reader.photo_references(side)]
            kept = self._photos(reader, keys)
            checks = records_of(reader, SavedCheck, about=side)
            kept += [_of_check(reader, c) for c in checks if c.profile == self._profile.id][:1]
            if not kept:
                hint = N_("Give the photo's file, or keep its check first: motif check --remember.")
                raise EntryNotFoundError(N_("nothing is kept of photo {sha256}", sha256=side), hint=hint)
            return kept[:1]
        entry = reader.entry(parse_id(side))
        references = (r for photo in entry.photos for r in reader.photo_references(photo.sha256))
        return self._photos(reader, [r.key for r in references if format_id(r.number) == entry.id])

    def _photos(self, reader: Reader, keys: Sequence[int]) -> list[Fingerprint]:
        stored = reader.fingerprints(keys, self._profile.id)
        return [_decoded(data, f"photo {key}") for key, data in stored.items()]

    def _original(self, entry_id: str, sha256: str) -> Photo:
        with self._store.reading() as reader:
            photos = reader.entry(parse_id(entry_id)).photos
        size_bytes = next(photo.size_bytes for photo in photos if photo.sha256 == sha256)
        return _read(self._originals.get(sha256, size_bytes=size_bytes), self._profile)

    def list(self, *, restored: bool = False) -> tuple[IgnoredMark, ...]:
        """Return the marks that are ignored, oldest first.

        Parameters
        ----------
        restored : bool
            Return those that were taken back, too.
        """
        with self._store.reading() as reader:
            marks = records_of(reader, IgnoredMark)
        return tuple(mark for mark in marks if restored or mark.active)


def draft_mark(photo: Photo, box: Sequence[int], profile: Profile) -> MarkDraft:
    """Cut a mark out of a photo; see ``IgnoredMarks.draft``."""
    left, top, width, height = _box_on(photo, box)
    swatches = normalize_fields(photo, profile)
    value = fingerprint_swatches(photo, swatches, profile)
    outlines = [_on_swatch((left, top, width, height), swatch) for swatch in swatches]
    marks = [cut_mark(value, outline, field=field) for field, outline in enumerate(outlines) if outline]
    mark = max(marks, key=len, default=None)
    if mark is None or len(mark) < LEAST_KEYPOINTS:
        hint = N_("Draw the box round letters, lines or figures; what is not compared is no evidence anyway.")
        raise ParameterError(N_("the box holds nothing by which the mark could be found again"), hint=hint)
    return MarkDraft(mark=mark, sha256=photo.sha256, box=(left, top, width, height))


def box_around(outline: Polygon, photo: Photo, profile: Profile, *, field: int = 0, cut: Cut = "") -> Box:
    """Return the box around an outline on a photo's swatch, in pixels of the upright photo.

    Parameters
    ----------
    outline : polygon, swatch pixels
    photo : Photo
    profile : Profile
    field : int
        Which of the photo's fields the swatch is of, from 0.
    cut : str
        Of the photo's fingerprint.

    Returns
    -------
    Box

    Examples
    --------
    >>> from motif.photo.photo import read_photo
    >>> from motif.profiles import STANDARD_1
    >>> photo = read_photo(np.random.default_rng(0).integers(0, 256, (480, 1280), np.uint8))
    >>> box_around(((100.0, 50.0), (200.0, 50.0), (200.0, 90.0)), photo, STANDARD_1)
    (200, 100, 202, 82)
    """
    corners = normalize_fields(photo, profile, cut=cut)[field].photo_points(outline)
    low = np.clip(np.floor(corners.min(0)), 0, [photo.width_px - 1, photo.height_px - 1]).astype(int)
    high = np.clip(np.ceil(corners.max(0)) + 1, low + 1, [photo.width_px, photo.height_px]).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def active_marks(reader: RecordReader, profile: Profile) -> dict[str, Mark]:
    """Return the marks that are ignored, by their ids.

    Parameters
    ----------
    reader : RecordReader
    profile : Profile
        The registry's.

    Returns
    -------
    dict of str to Mark

    Raises
    ------
    RegistryCorruptError
        If the keypoints of one are missing or damaged.
    """
    if not reader.newest(IgnoredMark.KIND):
        return {}
    records = [record for record in records_of(reader, IgnoredMark) if record.active]
    blobs = reader.blobs({str(record.keypoints_sha256) for record in records})
    marks: dict[str, Mark] = {}
    for record in records:
        data = blobs.get(str(record.keypoints_sha256), b"")
        value = _decoded(data, f"mark {record.id}")
        if value.profile_id == profile.id:
            corners = iter(record.outline or ())
            marks[str(record.id)] = Mark(fingerprint=value, outline=tuple(zip(corners, corners, strict=True)))
    return marks


def without_ignored(
    reader: RecordReader, query: Fingerprint, profile: Profile, *, details: Fingerprint | None = None
) -> tuple[Fingerprint, tuple[str, ...]]:
    """Return a query without what this registry ignores, and the ids of the marks that were found on it.

    Parameters
    ----------
    reader : RecordReader
    query : Fingerprint
    profile : Profile
    details : Fingerprint, optional
        By which the same photo is asked as an enlarged detail: returned without the marks of ``query``.

    Returns
    -------
    Fingerprint
    tuple of str
    """
    marks = active_marks(reader, profile)
    if not marks:
        return details or query, ()
    found = find_marks(query, tuple(marks.values()))
    ids = tuple(marks)
    names = tuple(dict.fromkeys(ids[each.number] for each in found))
    return without_found(details or query, found), names


def fingerprint_of_check(check: SavedCheck, blobs: Mapping[str, bytes]) -> Fingerprint:
    """Return the fingerprint that is kept beside a saved check.

    Parameters
    ----------
    check : SavedCheck
    blobs : mapping of str to bytes
        By SHA-256, as ``RecordReader.blobs`` returns them.

    Returns
    -------
    Fingerprint

    Raises
    ------
    RegistryCorruptError
        If it is missing or damaged.
    """
    return _decoded(blobs.get(str(check.fingerprint_sha256), b""), f"check {check.id}")


def _ignore(
    writer: Writer, draft: MarkDraft, *, reason: str, by: str, decision: str | None = None
) -> IgnoredMark:
    reason = required_reason(reason, hint=N_("Say why the mark is ignored."))
    for known in records_of(writer, IgnoredMark, about=draft.sha256):
        if known.active and known.box == draft.box:
            return known
    data = draft.mark.fingerprint.to_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    record = IgnoredMark(
        sha256=draft.sha256,
        box=draft.box,
        outline=tuple(number for corner in draft.mark.outline for number in corner),
        keypoints_sha256=sha256,
        decision=decision,
        reason=reason,
        ignored_by=by or None,
        ignored_at=datetime.now(UTC),
    )
    return put_record(writer, record, {sha256: data})


def _read(photo: Photo | PhotoSource, profile: Profile) -> Photo:
    return decoded_photo(photo, long_edge_px=profile.long_edge_px)


def _of_check(reader: RecordReader, check: SavedCheck) -> Fingerprint:
    return fingerprint_of_check(check, reader.blobs([str(check.fingerprint_sha256)]))


def _decoded(data: bytes, whose: str) -> Fingerprint:
    try:
        return Fingerprint.from_bytes(data)
    except MalformedFingerprintError as error:
        what = str(error) if data else N_("is missing")
        message = N_("the fingerprint of {whose}: {what}", whose=whose, what=what)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error


def _box_on(photo: Photo, box: Sequence[int]) -> Box:
    values = tuple(int(value) for value in box)
    photo_px = f"{photo.width_px} x {photo.height_px}"
    hint = N_("Give left, top, width and height in pixels of the upright photo: --box 40,30,200,80.")
    left, top, width, height = values if len(values) == 4 else (-1, 0, 0, 0)
    right, bottom = left + width, top + height
    if min(left, top) < 0 or min(width, height) < 1 or right > photo.width_px or bottom > photo.height_px:
        text = ",".join(map(str, values))
        message = N_("box {box} does not lie on the photo of {photo_px} pixels", box=text, photo_px=photo_px)
        raise ParameterError(message, hint=hint)
    if width * height > _SHARE_MAX * photo.width_px * photo.height_px:
        hint = N_("Draw it close round the label; what is ignored counts nowhere any more.")
        raise ParameterError(N_("the box covers more than half of the photo"), hint=hint)
    return left, top, width, height


def _on_swatch(box: Box, swatch: Swatch) -> Polygon:
    """Return what of a box lies on a swatch, in its pixels; empty where nothing does."""
    left, top, width, height = box
    x, y = np.meshgrid(np.linspace(left, left + width, _GRID), np.linspace(top, top + height, _GRID))
    places = np.column_stack([x.ravel() - 0.5, y.ravel() - 0.5, np.ones(x.size)])
    moved = places @ np.linalg.inv(swatch.to_photo()).T
    in_front = moved[:, 2] * np.median(moved[:, 2]) > 0
    on_swatch = moved[in_front, :2] / moved[in_front, 2:]
    height_px, width_px = swatch.luma.shape
    inside = ((on_swatch >= -0.5) & (on_swatch <= [width_px - 0.5, height_px - 0.5])).all(axis=1)
    if inside.sum() < 3:
        return ()
    hull = cv2.convexHull(on_swatch[inside].astype(np.float32)).reshape(-1, 2)
    return tuple((round(x, 1), round(y, 1)) for x, y in hull.tolist()) if len(hull) >= 3 else ()


def is_part(evidence: Evidence) -> bool:
    """Tell whether evidence shows a part of a registered photo, which may be a mark."""
    return evidence.basis in ("label", "keypoints", "strokes") and bool(evidence.registered_outline)


def _loss(match: WeakenedMatch) -> tuple[int, float]:
    """Tell how much an indication loses: grades of the verdict, then score."""
    grades = _GRAVITY.index(match.before) - _GRAVITY.index(match.after)
    return grades, match.score_before - match.score_after
