"""Records of reports with plain figures in them, for tests of the words that are made of them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from tests.pictures import spots
from tests.records import entry_photo

import motif
from motif.matching.evidence import Evidence
from motif.matching.score import Verdict
from motif.profiles import CHEAPEST_1
from motif.registry.records.decision import Decision
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.results import CheckResult, Match
from motif.report.record import Report

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CHECKED_AT = datetime(2026, 12, 1, 9, 5, tzinfo=UTC)
QUERY_SHA256, QUERY_PICTURE, THUMBNAIL, REGISTERED_PICTURE = (letter * 64 for letter in "0123")
IDS = ("M-000001-3", "M-000002-1", "M-000003-7")
TITLES = ("Parang Biru", "Ceplok", "Kawung")
QUARTER = (0.0, 1.4, 0.0, -1.4, 0.0, 600.0, 0.0, 0.0, 1.0)
"""A turn by 90 degrees that makes the drawing 1.4 times larger."""
SQUARE = ((9.0, 9.0, 9.0, 9.0), (90.0, 9.0, 90.0, 9.0), (90.0, 90.0, 90.0, 90.0), (9.0, 90.0, 9.0, 90.0))
EXPLAINED = {
    "dyes": [],
    "dye_change": 0.0,
    "other_dye": True,
    "differs": [],
    "differing_share": 0.0,
    "style": {"texture": 0.5, "colors": 0.25, "repeat": 1.0},
}


def evidence(verdict: Verdict, basis: Any, **values: Any) -> Evidence:
    """Return evidence of a verdict and basis; what rests on places gets four of them and a transform."""
    if basis in ("keypoints", "strokes"):
        values = {"transform": QUARTER, "points": SQUARE, "cells": 31, **values}
        values |= {"query_px": (100, 100), "registered_px": (200, 100)}
    return Evidence(**{"score": 0.75, "verdict": verdict, "basis": basis, **values})


def photo_of(number: int, name: str | None = None) -> EntryPhoto:
    return entry_photo(
        sha256=f"{number}a" * 32,
        name=f"cloth{number}.png" if name is None else name,
        added_at=AT,
        profile_id=CHEAPEST_1.id,
    )


def entry(position: int) -> Entry:
    """Return one of three entries, each with two photos; the second one is the one that matches."""
    photos = (photo_of(2 * position), photo_of(2 * position + 1))
    at = AT.replace(day=20 + position)
    return Entry(id=IDS[position], title=TITLES[position], photos=photos, registered_at=at)


@cache
def query_fingerprint() -> motif.Fingerprint:
    return motif.fingerprint(motif.read_photo(spots(1)), CHEAPEST_1)


def record_of(*found: tuple[int, Evidence], shown: tuple[int, ...] = (), **changed: Any) -> dict[str, Any]:
    """Return the record of a report on a check that found evidence for entries, closest first.

    ``shown`` holds the entries that get a page, in the order of the pages; ``changed`` replaces parts.
    """
    matches = tuple(Match(entry=entry(at), photo=entry(at).photos[1], evidence=one) for at, one in found)
    verdicts = [match.verdict for match in matches]
    result = CheckResult(
        verdict=next((one for one in ("conflict", "review") if one in verdicts), "clear"),
        matches=matches,
        query=query_fingerprint(),
        searched_entries=1200,
        profile_id=CHEAPEST_1.id,
        checked_at=CHECKED_AT,
    )
    pages = [page_of(next(match for match in matches if match.entry.id == IDS[at])) for at in shown]
    return {
        "format": 1,
        "kind": "check",
        "at": "2026-12-01T09:05:00.000000Z",
        "made_with": {
            "motif": "0.7.1",
            "profile": "standard-1",
            "scoring": 3,
            "libraries": {"numpy": "2.1.0", "pillow": "11.2.0"},
            "false_alarm_rate": 0.00423,
        },
        "searched": {"origin": "motif/abcd", "events": 1207, "root": "ef" * 32, "checkpoint": None},
        "pictures": {sha256: [90, 60] for sha256 in (QUERY_PICTURE, THUMBNAIL, REGISTERED_PICTURE)},
        "result": result.to_json(),
        "query": {
            "name": "new.jpg",
            "sha256": QUERY_SHA256,
            "width_px": 800,
            "height_px": 600,
            "findings": [],
            "picture": QUERY_PICTURE,
            "compared": query_fingerprint().compared(),
        },
        "shown": pages,
        "listed": [match.entry.id for match in matches],
        **changed,
    }


def page_of(match: Match) -> dict[str, Any]:
    sentences = {language: match.evidence.sentence(language, other_dye=True) for language in ("en", "id")}
    return {
        "entry": match.entry.id,
        "records": [],
        "photo": match.photo.sha256,
        "explanation": {"sentence": sentences, **EXPLAINED},
        "compared": {"cut": "", "fields": [{"picture": 0, "outline_px": None}]},
        "outlined": [QUERY_PICTURE, REGISTERED_PICTURE],
        "untouched": [THUMBNAIL, REGISTERED_PICTURE],
    }


def decided_record(verdict: str, one: Evidence, **changed: Any) -> dict[str, Any]:
    """Return the record of a report on a decision about a photo and the first entry."""
    decision = Decision(
        id="B-000001-3",
        a=IDS[0],
        b=QUERY_SHA256,
        human_verdict=verdict,
        examiner="Bu Sri",
        reason="cap sama",
        decided_at=CHECKED_AT,
    )
    record = record_of((0, one), shown=(0,), **changed)
    return {**record, "kind": "decision", "decision": decision.to_json()}


def report_of(record: dict[str, Any]) -> Report:
    return Report(record=record, pictures=dict.fromkeys(record["pictures"], b"none"))
