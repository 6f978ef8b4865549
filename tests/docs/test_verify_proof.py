"""The script verify_proof.py verifies a proof by itself, and refuses a forged one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.pictures import spots

from motif.profiles import CHEAPEST_1
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.registry import Registry

SCRIPT = Path(__file__).parents[2] / "src" / "motif" / "filing" / "verify_proof.py"


@pytest.fixture
def proof(tmp_path: Path) -> dict[str, Any]:
    key = SigningKey.load(tmp_path / "key.pem")
    with Registry.open(tmp_path / "registry.motif", profile=CHEAPEST_1) as registry:
        for seed in range(3):
            registry.register(spots(seed), title=f"Turi {seed}")
        earlier = registry.ledger.checkpoint(key)
        registry.withdraw("M-000002-1", reason="dobel")
        registry.ledger.checkpoint(key)
        (tmp_path / "photo").write_bytes(registry.original("M-000002-1"))
        return registry.ledger.proof("M-000002-1", since=earlier)


@pytest.fixture
def verify(tmp_path: Path, proof: dict[str, Any]) -> Callable[..., subprocess.CompletedProcess[str]]:
    (tmp_path / "key.txt").write_text(proof["key"])

    def run(proof: dict[str, Any], *more: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "proof.json").write_text(json.dumps(proof))
        command = [sys.executable, "-I", str(SCRIPT), "proof.json", "--key", "key.txt", *more]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


@pytest.mark.slow
def test_a_proof_is_verified_without_the_registry(proof: dict[str, Any], verify: Callable[..., Any]) -> None:
    done = verify(proof, "--file", "photo")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Turi 1" in done.stdout
    assert "is its beginning" in done.stdout


def test_the_script_is_short() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 110


@pytest.mark.slow
@pytest.mark.parametrize("part", ["body", "twice", "outside", "path", "checkpoint", "since", "file"])
def test_a_forged_proof_is_refused(part: str, proof: dict[str, Any], verify: Callable[..., Any]) -> None:
    more: tuple[str, ...] = ()
    if part == "body":
        proof["events"][0]["data"]["title"] = "Turi 9"
    elif part == "twice":
        forged = json.dumps(proof["events"][0]).replace("Turi 1", "Turi 9")
        proof["events"].insert(0, json.loads(forged))
    elif part == "outside":  # an event that no path needs to hold, and the root itself as path
        proof["events"] = [proof["events"][0] | {"seq": 10**6}]
        proof["path"] = proof["checkpoint"].splitlines()[2]
    elif part == "path":
        proof["path"] = proof["path"][43:86] + "=" + proof["path"][:43] + proof["path"][87:]
    elif part == "checkpoint":
        proof["checkpoint"] = proof["checkpoint"].replace("time 20", "time 19")
    elif part == "since":
        proof["since"]["path"] = proof["since"]["path"][:-44]
    else:
        more = ("--file", "key.txt")
    done = verify(proof, *more)
    assert done.returncode == 1
    assert "NOT PROVED" in done.stderr
