"""What Alembic runs; ``database`` hands over the connection, with its transaction begun."""

from __future__ import annotations

from alembic import context

from motif.web.database import metadata


def run() -> None:
    """Apply the migrations inside the caller's transaction."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    context.run_migrations()


if __name__ == "env_py":  # the name under which Alembic loads this file
    run()
