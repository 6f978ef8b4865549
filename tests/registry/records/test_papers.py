"""Papers of a filing are kept beside the log, can be erased, and identity papers are never among them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from motif.errors import AccessDeniedError, EntryNotFoundError, ParameterError, RegistryCorruptError
from motif.profiles import CHEAPEST_1
from motif.registry.actor import Actor
from motif.registry.records.filing import PAPER_BYTES_MAX, Filing, Paper, PictureConsent
from motif.registry.records.people import Consent, Party
from motif.registry.registry import Registry
from motif.registry.transfer.backup import backup_registry
from motif.registry.transfer.copy import copy_registry
from motif.registry.transfer.restore import restore_registry

LETTER = b"%PDF-1.7 Saya yang bertanda tangan di bawah ini"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1, by="Bu Sri") as registry:
        registry.records.put(Filing(route="copyright", status="draf"))
        yield registry


def keep(registry: Registry, data: bytes = LETTER) -> Paper:
    return registry.records.keep_paper(Paper(filing="F-000001-3", key="surat_pernyataan"), data)


def test_the_log_knows_a_salted_digest_only(registry: Registry) -> None:
    first, second = keep(registry), keep(registry)
    log = "".join(str(event.to_bytes()) for event in registry.ledger.events())
    assert first.digest != second.digest and str(first.digest) in log
    assert hashlib.sha256(LETTER).hexdigest() not in log and "surat_pernyataan" not in log


def test_an_erased_paper_is_in_no_file(registry: Registry, tmp_path: Path) -> None:
    paper = keep(registry)
    assert registry.records.paper(str(paper.id)) == LETTER
    registry.records.erase(str(paper.id), reason="asked for")
    assert registry.ledger.verify().whole
    with pytest.raises(EntryNotFoundError, match="was erased"):
        registry.records.paper(str(paper.id))
    registry.close()
    assert not any(LETTER[:30] in path.read_bytes() for path in (tmp_path / "r").rglob("*") if path.is_file())


def test_papers_travel_in_copies_and_backups_and_erased_ones_do_not(
    registry: Registry, tmp_path: Path
) -> None:
    kept, erased = keep(registry), keep(registry, LETTER + b" lain")
    registry.records.erase(str(erased.id), reason="asked for")
    registry.close()
    copy_registry(tmp_path / "r", tmp_path / "copy")
    backup_registry(tmp_path / "r", tmp_path / "b.zip")
    restore_registry(tmp_path / "b.zip", tmp_path / "restored")
    for place in ("copy", "restored"):
        with Registry.open(tmp_path / place, create=False) as again:
            assert again.ledger.verify().whole
            assert again.records.paper(str(kept.id)) == LETTER
            with pytest.raises(EntryNotFoundError, match="was erased"):
                again.records.paper(str(erased.id))


def test_a_paper_that_was_changed_behind_the_logs_back_is_not_given_out(registry: Registry) -> None:
    paper = keep(registry)
    other = replace(paper, id=None, digest="ab" * 32)
    stored = registry.records.put(other)
    with pytest.raises(RegistryCorruptError, match="missing or was changed"):
        registry.records.paper(str(stored.id))


@pytest.mark.parametrize("data", [b"", bytes(PAPER_BYTES_MAX + 1)])
def test_an_empty_paper_and_a_huge_one_are_refused(registry: Registry, data: bytes) -> None:
    with pytest.raises(ParameterError, match="a paper of"):
        keep(registry, data)


def test_makers_see_no_papers(registry: Registry) -> None:
    paper = keep(registry)
    maker = registry.acting(Actor(name="tini", role="maker"))
    assert maker.records.list(Paper) == ()
    with pytest.raises(AccessDeniedError):
        maker.records.paper(str(paper.id))


def test_only_the_head_agrees_to_pictures_of_closed_designs(registry: Registry) -> None:
    consent = PictureConsent(by="Bu Kepala", date="2026-11-24", reason="disepakati komunitas")
    officer = registry.acting(Actor(name="sri", role="officer"))
    with pytest.raises(AccessDeniedError, match="head of the office"):
        officer.records.amend("F-000001-3", lambda known: replace(known, picture_consent=consent))
    with pytest.raises(AccessDeniedError, match="head of the office"):
        officer.records.put(Filing(route="design", picture_consent=consent))
    head = registry.acting(Actor(name="rini", role="head"))
    head.records.amend("F-000001-3", lambda known: replace(known, picture_consent=consent))
    officer.records.amend("F-000001-3", lambda known: replace(known, billing_no="8202"))
    assert len(registry.records.versions("F-000001-3")) == 3


def test_a_consent_says_text_medium_witness_and_companion(registry: Registry) -> None:
    typed = "permohonan, date=2026-11-24, version=2, medium=lisan, witness=Pak Budi, companion=Bu Tini"
    party = registry.records.put(Party(name="Sri", **Party.parse({})))
    amended = registry.records.amend(
        str(party.id), lambda known: replace(known, consent=(Consent.spelled(typed),))
    )
    assert isinstance(amended, Party) and amended.consent is not None
    assert amended.consent[0] == Consent(
        purpose="permohonan",
        date="2026-11-24",
        version="2",
        medium="lisan",
        witness="Pak Budi",
        companion="Bu Tini",
    )
    with pytest.raises(ParameterError, match="expected NAME=VALUE"):
        Consent.spelled("permohonan, lisan")
