"""What tests of registries share: a small registry, and a server's database without motif."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.pictures import saved_again, spots

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
        turi = registry.register(spots(1), title="Kembang Turi", note="dari Doko\nbaris dua")
        ceplok = registry.register(spots(2), title="Ceplok ꦏꦮꦸꦁ")
        registry.add_photo(turi.id, spots(3))
        registry.register(saved_again(spots(1)), title="Turi lagi", allow_duplicate=True)
        registry.withdraw(ceplok.id, reason="dobel")
        registry.register(spots(4), title="Sekar Jagad")
    return folder


@pytest.fixture
def small_registry(small_registry_template: Path, tmp_path: Path) -> Path:
    """A registry of four designs in a folder of the test's own."""
    return Path(shutil.copytree(small_registry_template, tmp_path / "laptop"))
