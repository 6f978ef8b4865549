"""A small registry with everything in it that can be tampered with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.pictures import spots

from motif.profiles import CHEAPEST_1
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.registry import Registry


@pytest.fixture
def own_key(
    template: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the key of the template be the user's; what the user signs is remembered for this test only."""
    own = tmp_path_factory.mktemp("of-the-user")
    shutil.copyfile(template / "key.pem", own / "key.pem")
    monkeypatch.setenv("MOTIF_SIGNING_KEY", str(own / "key.pem"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a registry with seven entries, one of them withdrawn, and two checkpoints; and a key."""
    place = tmp_path_factory.mktemp("template")
    key = SigningKey.load(place / "key.pem")
    with Registry.open(place / "registry.motif", profile=CHEAPEST_1, by="Bu Sri") as registry:
        for seed in range(6):
            registry.register(spots(seed), title=f"Turi {seed}", note="dari Doko" * seed)
        registry.ledger.checkpoint(key)
        registry.add_photo("M-000001-3", spots(50))
        registry.register(spots(3)[:, ::-1], title="Kawung", allow_duplicate=True)
        registry.withdraw("M-000002-1", reason="dobel")
        registry.ledger.checkpoint(key, by="Pak Joko")
    return place


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """Copy the registry, to be tampered with."""
    return Path(shutil.copytree(template / "registry.motif", tmp_path / "registry.motif"))
