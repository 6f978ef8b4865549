"""What tests of registries share: a small registry, and a server's database without motif."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from motif.arrays import RGB8
from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry


@pytest.fixture
def engine(address: str) -> Iterator[sa.Engine]:
    """The database of the module's ``address`` as anybody reaches it, without motif."""
    engine = sa.create_engine(address)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def small_registry_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five photos of four designs, of which one is withdrawn; not to be changed."""
    folder = tmp_path_factory.mktemp("small") / "registry.motif"
    with Registry.open(folder, profile=CHEAPEST_1) as registry:
        turi = registry.register(squares(1), title="Kembang Turi", note="dari Doko\nbaris dua")
        ceplok = registry.register(squares(2), title="Ceplok ꦏꦮꦸꦁ")
        registry.add_photo(turi.id, squares(3))
        registry.register(squares(1), title="Turi lagi", allow_duplicate=True)
        registry.withdraw(ceplok.id, reason="dobel")
        registry.register(squares(4), title="Sekar Jagad")
    return folder


@pytest.fixture
def small_registry(small_registry_template: Path, tmp_path: Path) -> Path:
    """A registry of four designs in a folder of the test's own."""
    return Path(shutil.copytree(small_registry_template, tmp_path / "laptop"))


def squares(seed: int) -> RGB8:
    """Draw random squares; the drawings of two seeds never match."""
    return np.random.default_rng(seed).integers(0, 256, (24, 24), np.uint8).repeat(12, 0).repeat(12, 1)
