"""Where a registry is, as it is typed: a folder, or the address of a database."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from motif.messages import _


class PlaceType(click.ParamType):  # type: ignore[type-arg]  # older versions take no argument
    """A folder or an address, without a password: all users of a computer can read what others typed."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text; in an environment variable, which only its owner reads, a password may stand."""
        place = str(value)
        source = ctx and param and ctx.get_parameter_source(param.name or "")
        if source != ParameterSource.ENVIRONMENT and _has_password(place):
            told = _(
                "Others on this computer can see a password that is typed here; put it into ~/.pgpass, "
                "PGPASSWORD or MOTIF_REGISTRY instead."
            )
            self.fail(told, param, ctx)
        return place


def _has_password(place: str) -> bool:
    try:
        parts = urlsplit(place)
        return "://" in place and (parts.password is not None or "password=" in parts.query)
    except ValueError:
        return "://" in place and "@" in place
