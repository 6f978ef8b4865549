"""``motif serve``: its options, its certificate, and the accounts that are made or reset in the terminal."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
import time
from pathlib import Path

import httpx2
import pytest
import uvicorn
from click.testing import CliRunner, Result
from tests.web.desk import PASSWORD, Browser, settings_at, with_people

from motif.cli.group import cli
from motif.errors import MotifError, ParameterError
from motif.web.accounts import Accounts
from motif.web.app import make_app
from motif.web.database import DATABASE, Database
from motif.web.server import Listening, serve
from motif.web.tls import given_certificate, own_certificate

HOSTS = ("localhost", "127.0.0.1")


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.mark.parametrize(
    "args",
    [
        ["--plain-http"],
        ["--lan", "--plain-http", "--tls-cert", "a", "--tls-key", "b"],
        ["--lan", "--tls-cert", "a"],
        ["--demo", "--lan"],
        ["account"],
        ["account", "close", "sri"],
        ["--port", "70000"],
    ],
)
def test_options_that_do_not_fit_together_are_refused(args: list[str], tmp_path: Path) -> None:
    result = run("--registry", tmp_path / "registry", "serve", "--folder", tmp_path / "counter", *args)
    assert result.exit_code == 2, result.output
    assert not (tmp_path / "registry").exists()


def test_a_head_who_cannot_get_in_is_helped_on_the_machine(tmp_path: Path) -> None:
    settings = with_people(settings_at(tmp_path))
    where = ("--registry", settings.registry, "serve", "--folder", settings.folder)
    listed = run(*where, "account", "reset")
    assert listed.exit_code == 1
    assert "dar (head)" in listed.output
    reset = run(*where, "--json", "account", "reset", "DAR")
    assert reset.exit_code == 0, reset.output
    code = json.loads(reset.stdout)["code"]
    assert re.fullmatch(r"[a-z0-9]{4}(-[a-z0-9]{4}){2}", code)
    database = Database(settings.folder)
    accounts = Accounts(database, settings)
    assert accounts.with_password("dar", PASSWORD) is None
    assert accounts.use_code(code, "empat kata baru sekali").login == "dar"
    database.close()
    assert run("serve", "--folder", tmp_path / "nothing", "account", "reset", "x").exit_code == 1


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listening = Listening(port=taken.getsockname()[1])
        with pytest.raises(MotifError, match="cannot be used"):
            serve(settings_at(tmp_path), listening, lambda counter, url: None)


def test_the_certificate_is_kept_until_other_hosts_are_named(tmp_path: Path) -> None:
    first = own_certificate(tmp_path / "tls", HOSTS)
    assert own_certificate(tmp_path / "tls", HOSTS) == first
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", first.fingerprint)
    assert first.key.stat().st_mode & 0o077 == 0
    assert (tmp_path / "tls").stat().st_mode & 0o077 == 0
    assert own_certificate(tmp_path / "tls", (*HOSTS, "192.0.2.7")).fingerprint != first.fingerprint
    with pytest.raises(ParameterError):
        given_certificate(first.key, first.key)
    assert run("serve", "--lan", "--tls-cert", first.key, "--tls-key", first.key).exit_code == 1


@pytest.mark.slow
def test_it_speaks_tls_with_its_own_certificate(tmp_path: Path) -> None:
    made = own_certificate(tmp_path / "tls", HOSTS)
    app = make_app(with_people(settings_at(tmp_path, secure=True)))
    bound = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="warning", ssl_certfile=made.certificate, ssl_keyfile=made.key, lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    port = bound.getsockname()[1]
    trusted = ssl.create_default_context(cafile=str(made.certificate))
    with httpx2.Client(base_url=f"https://localhost:{port}", verify=trusted, timeout=60) as client:
        browser = Browser(client)
        assert browser.sign_in("sri").status == 303
        assert "__Host-motif" in browser.cookies
        assert browser.get("/account").status == 200
    with pytest.raises(httpx2.HTTPError):
        httpx2.get(f"http://localhost:{port}/", timeout=10)
    server.should_exit = True
    thread.join(30)


def test_a_folder_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(MotifError, match="9999"):
        Database(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before
    assert (tmp_path / DATABASE).stat().st_mode & 0o077 == 0
