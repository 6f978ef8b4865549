"""Signed notes with the signatures of witnesses, as C2SP lets anybody add them."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motif.errors import ParameterError
from motif.registry.ledger.checkpoint import Checkpoint, SigningKey, origin_of


@pytest.fixture
def signed(tmp_path: Path) -> tuple[SigningKey, Checkpoint, str]:
    key = SigningKey.load(tmp_path / "key.pem")
    at = datetime(2026, 11, 24, tzinfo=UTC)
    checkpoint = Checkpoint(origin=origin_of("ab" * 16), size=7, root=bytes(32), at=at)
    return key, checkpoint, key.sign(checkpoint)


def of_witness(number: int, size_bytes: int) -> str:
    coded = base64.b64encode(secrets.token_bytes(size_bytes)).decode()
    return f"— witness.example/{number} {coded}\n"


@pytest.mark.parametrize("size_bytes", [76, 2_500, 5_000])  # Ed25519, ML-DSA-44, larger
@pytest.mark.parametrize("own_first", [True, False])
def test_signatures_of_witnesses_change_nothing(
    signed: tuple[SigningKey, Checkpoint, str], size_bytes: int, own_first: bool
) -> None:
    key, checkpoint, note = signed
    body, _, own = note.partition("\n\n")
    others = "".join(of_witness(number, size_bytes) for number in range(16))
    witnessed = f"{body}\n\n" + (own + others if own_first else others + own)
    assert Checkpoint.from_note(witnessed) == checkpoint
    assert key.verifier(checkpoint.origin).signed(witnessed)


def test_a_note_without_end_is_refused(signed: tuple[SigningKey, Checkpoint, str]) -> None:
    _, _, note = signed
    with pytest.raises(ParameterError, match="expected at most"):
        Checkpoint.from_note(note + of_witness(1, 2_000_000))
