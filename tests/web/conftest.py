"""One counter with four people for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.desk import Desk, open_desk, settings_at, with_people


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A counter with an empty registry and an account of each role."""
    with open_desk(with_people(settings_at(tmp_path_factory.mktemp("desk")))) as opened:
        yield opened
