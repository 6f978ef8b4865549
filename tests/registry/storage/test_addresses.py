"""No part of a password in an address is ever shown, nor asked of a resolver."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from motif.errors import MotifError, ParameterError
from motif.registry.registry import Registry
from motif.registry.storage import postgres
from motif.registry.transfer.copy import copy_registry

PASSWORDS = ["p@rahasia", "rahasia@", "@rahasia", "a/rahasia", "a?rahasia", "a#rahasia", "a:rahasia"]
PASSWORDS += [
    "a%rahasia",
    "a%zzrahasia",
    "a b rahasia",
    "a\\rahasia",
    "a@rahasia/x",
    "[rahasia",
    "a@b@rahasia",
]
SCHEMES = ["postgresql+psycopg://", "postgresql://", "postgres://", "Postgresql://", " postgresql://"]
SCHEMES += ["postgresql:/", "postgres:", "postgresql+asyncpg://", "mysql://"]


def whole_story(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("password", PASSWORDS)
def test_no_part_of_a_password_is_shown(tmp_path: Path, scheme: str, password: str) -> None:
    os.chdir(tmp_path)
    for place in (f"{scheme}sri:{password}@127.0.0.1:1/batik", f"{scheme}sri:{password}@127.0.0.1:1"):
        with pytest.raises(MotifError) as caught:
            Registry.open(place)
        assert "rahasia" not in str(caught.value) + caught.value.hint
        assert "rahasia" not in whole_story(caught.value).replace(place, "")
        with pytest.raises(MotifError) as caught:
            copy_registry(place, "elsewhere")
        assert "rahasia" not in str(caught.value) + caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("password", ["p@rahasia", "a/rahasia", "a:rahasia", "a%rahasia", "p@@rahasia"])
def test_the_hint_says_how_it_is_written(password: str) -> None:
    with pytest.raises(ParameterError) as caught:
        postgres.parse(f"postgresql://sri:{password}@office/batik")
    assert "%40" in caught.value.hint and "pgpass" in caught.value.hint


@pytest.mark.parametrize(
    ("address", "password", "host", "database"),
    [
        ("postgresql+psycopg://sri:p%40ss@office/batik", "p@ss", "office", "batik"),
        ("postgres://sri@office:5433/batik?sslmode=verify-full", None, "office", "batik"),
        ("postgresql:///batik?host=/var/run/postgresql", None, None, "batik"),
        ("postgresql://sri:a%2Fb%3Ac@[::1]:5432/batik%20lama", "a/b:c", "::1", "batik lama"),
        ("postgresql://s%40x:@office/batik", "", "office", "batik"),
    ],
)
def test_a_well_written_address_is_read(
    address: str, password: str | None, host: str | None, database: str
) -> None:
    url = postgres.parse(address)
    assert (url.password, url.host or None) == (password, host)
    assert url.database is not None and url.database.replace("%20", " ") == database


@pytest.mark.slow
@pytest.mark.parametrize("password", PASSWORDS)
def test_the_command_line_does_not_show_it_either(tmp_path: Path, password: str) -> None:
    place = f"postgresql://sri:{password}@127.0.0.1:1/batik"
    command = [sys.executable, "-m", "motif", "list"]
    for arguments, env in (([*command, "--registry", place], {}), (command, {"MOTIF_REGISTRY": place})):
        done = subprocess.run(
            arguments, capture_output=True, text=True, cwd=tmp_path, env=os.environ | env, check=False
        )
        assert done.returncode in (1, 2, 5)
        assert "rahasia" not in done.stdout + done.stderr
