"""What tests of a registry on a server share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa


@pytest.fixture
def engine(address: str) -> Iterator[sa.Engine]:
    """The database of the module's ``address`` as anybody reaches it, without motif."""
    made = sa.create_engine(address)
    yield made
    made.dispose()
