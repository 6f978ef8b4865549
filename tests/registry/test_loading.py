"""Designs that are registered without being looked up, many in one step; the same on both engines."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.pictures import spots

from motif.errors import DuplicateMotifError, MotifError, ParameterError, RegistryError
from motif.fingerprint import Fingerprint, fingerprint
from motif.profiles import CHEAPEST_1
from motif.registry import admission
from motif.registry.records.entry import Entry
from motif.registry.records.works import Motif
from motif.registry.registry import Registry
from motif.registry.storage import index_rows
from motif.registry.submission import Submission


@pytest.fixture(params=["folder", pytest.param("server", marks=pytest.mark.slow)])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Registry]:
    """Open the same registry once more, as another process would."""
    server = request.param == "server"
    place = request.getfixturevalue("new_database")() if server else tmp_path / "registry"
    return lambda: Registry.open(place, profile=CHEAPEST_1, by="Bu Sri")


def items(count: int, first: int = 0) -> list[Submission]:
    pictures = [spots(first + number) for number in range(count)]
    return [Submission(photo=picture, title=f"kain {first + n}") for n, picture in enumerate(pictures)]


def titles(results: list[Entry | MotifError]) -> list[str]:
    return [result.title if isinstance(result, Entry) else result.code for result in results]


def test_what_was_loaded_is_whole_and_found(
    open_again: Callable[[], Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "_LOADED", 2)
    monkeypatch.setattr(index_rows, "SEGMENTS", (4, 2))
    with open_again() as registry:
        assert titles(list(registry.load_many(items(5)))) == [f"kain {number}" for number in range(5)]
    with open_again() as registry:
        assert registry.ledger.verify().whole
        for number in range(5):
            best = registry.check(spots(number)).matches[0]
            assert (best.entry.title, best.verdict) == (f"kain {number}", "conflict")
        assert {event.by for event in registry.ledger.events()} == {"", "Bu Sri"}


def test_loading_and_registering_leave_the_same_index(tmp_path: Path) -> None:
    words = []
    for name in ("one by one", "together"):
        with Registry.open(tmp_path / name, profile=CHEAPEST_1) as registry:
            if name == "together":
                list(registry.load_many(items(3)))
            else:
                for item in items(3):
                    registry.submit(item)
            with registry._store.reading() as reader:
                source = reader.index()
                words.append([source.words(part, [1, 2, 3]).words.tobytes() for part in ("tones", "strokes")])
    assert words[0] == words[1]


def test_files_that_are_there_already_are_refused_by_name(open_again: Callable[[], Registry]) -> None:
    with open_again() as registry:
        known = registry.register(spots(0), title="dulu")
        twice = [*items(3), *items(1, first=2)]
        results = list(registry.load_many(twice))
        assert titles(results) == ["duplicate-motif", "kain 1", "kain 2", "duplicate-motif"]
        refused = [result for result in results if isinstance(result, DuplicateMotifError)]
        assert [(one.entry_id, one.same_file) for one in refused] == [(known.id, True), (results[2].id, True)]
        registry.withdraw(known.id, reason="asked")
        assert titles(list(registry.load_many(items(1)))) == ["kain 0"]


def test_one_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_text("no picture")
    with Registry.open(tmp_path / "registry", profile=CHEAPEST_1) as registry:
        some = [items(1)[0], Submission(photo=tmp_path / "bad.jpg", title="x"), items(1, first=1)[0]]
        assert titles(list(registry.load_many(some))) == ["kain 0", "not-an-image", "kain 1"]
        assert len(registry) == 2


def test_a_step_that_fails_leaves_nothing_and_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "_LOADED", 2)
    with Registry.open(tmp_path / "registry", profile=CHEAPEST_1) as registry:
        raise_alerts = admission.SavedChecks.raise_alerts

        def fails_at_3(self: admission.SavedChecks, writer: object, number: int, *rest: object) -> object:
            if number == 3:
                raise RegistryError("the disk is full")
            return raise_alerts(self, writer, number, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(admission.SavedChecks, "raise_alerts", fails_at_3)
        assert titles(list(registry.load_many(items(4)))) == ["kain 0", "kain 1", "registry", "registry"]
        assert len(registry) == 2
        monkeypatch.undo()
        assert titles(list(registry.load_many(items(4)))) == [*2 * ["duplicate-motif"], "kain 2", "kain 3"]
        assert registry.ledger.verify().whole


def test_saved_checks_raise_alerts_and_what_is_known_is_kept(open_again: Callable[[], Registry]) -> None:
    with open_again() as registry:
        registry.remember(registry.check(spots(1)[:, ::-1].copy()), note="untuk Pak Budi")
        known = {"philosophy": "air"}
        some = [*items(1), Submission(photo=spots(1), title="kain 1", known=known)]
        _, second = registry.load_many(some)
        assert isinstance(second, Entry)
        assert [alert.entry for alert in registry.alerts()] == [second.id]
        (motif,) = registry.records.list(Motif)
        assert (motif.id, motif.philosophy) == (second.id, "air")


def test_a_ready_fingerprint_must_be_of_the_very_file(tmp_path: Path) -> None:
    import cv2

    paths = [tmp_path / f"{number}.png" for number in range(2)]
    for number, path in enumerate(paths):
        cv2.imwrite(os.fspath(path), spots(number))
    prints: list[Fingerprint] = [fingerprint(path, CHEAPEST_1) for path in paths]
    with Registry.open(tmp_path / "registry", profile=CHEAPEST_1) as registry:
        some = [
            Submission(photo=path, title="x", computed=computed)
            for path, computed in zip(paths, (prints[0], prints[0]), strict=True)
        ]
        first, second = registry.load_many(some)
        assert isinstance(first, Entry)
        assert isinstance(second, ParameterError)
        expected = registry.get(first.id).photos[0]
        assert (expected.media_type, expected.width_px) == ("image/png", spots(0).shape[1])
        assert registry.original(first.id) == paths[0].read_bytes()
        entry = registry.submit(Submission(photo=paths[1], title="y", computed=prints[1]))
        assert np.isclose(registry.check(prints[1]).matches[0].score, 1.0)
        assert registry.check(prints[1]).matches[0].entry.id == entry.id
