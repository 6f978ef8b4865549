"""A registry in a PostgreSQL database: records, log and originals are all there."""

from __future__ import annotations

import sqlalchemy as sa

from motif.profiles import STANDARD_1, Profile
from motif.registry import migrate, postgres, shelf_rows
from motif.registry.failures import told
from motif.registry.migrate import Founding
from motif.registry.place import Opened
from motif.registry.sql import SqlStore, bring_level
from motif.registry.sql_originals import SqlOriginals


def open_server(
    dsn: str,
    *,
    create: bool,
    profile: Profile | None,
    busy_timeout_s: float,
    founding: Founding | None = None,
) -> Opened:
    """Open the registry in a server's database, for reading only where the user may not write."""
    url = postgres.parse(dsn)
    place = postgres.shown(url)
    with told(place):
        engine = postgres.make_engine(url, busy_timeout_s=busy_timeout_s)
        try:
            with engine.connect() as connection, connection.begin():
                postgres.require_able(connection)
                writable = postgres.may_write(connection)
            bring_level(
                engine,
                (profile or STANDARD_1).id,
                writable=writable,
                create=create,
                founding=founding,
                look=migrate.stored_revision,
            )
            store = SqlStore(
                engine, place=place, writable=writable, founding=founding, viewing=postgres.VIEWING
            )
            _take_in_rest(engine, writable=writable)
        except BaseException:
            engine.dispose()
            raise
    return Opened.agreed(store, SqlOriginals(engine, place), profile=profile, cache_folder=None)


def _take_in_rest(engine: sa.Engine, *, writable: bool) -> None:
    """Write what an older version did not: the words of photos, some at a time, so that it can be stopped."""
    with engine.connect() as connection, connection.begin():
        level = shelf_rows.is_level(connection)
        if not level and not writable:
            shelf_rows.require_level(connection)
    while not level:
        with engine.connect() as connection:
            connection.execution_options(motif_writing=True)
            with connection.begin():
                level = not shelf_rows.take_in(connection)
