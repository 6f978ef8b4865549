"""``motif serve``: the counter in a browser."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli.batch import Size
from motif.cli.group import command as make_command
from motif.cli.options import PATH, json_option, registry_option
from motif.cli.output import tell
from motif.cli.session import emit_result, session
from motif.errors import ParameterError
from motif.messages import N_, _, current_language

if TYPE_CHECKING:
    from motif.web.counter import Counter
    from motif.web.server import Listening
    from motif.web.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOptions:
    """Who reaches the counter, and how: the values of ``network_options``.

    Parameters
    ----------
    port : int
    lan, plain_http : bool
    tls_cert, tls_key : Path or None
    host : tuple of str
    """

    port: int
    lan: bool
    plain_http: bool
    tls_cert: Path | None
    tls_key: Path | None
    host: tuple[str, ...]


def network_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the network, and hand them over as ``network``."""

    @wraps(function)
    def gathered(*args: Any, **kwargs: Any) -> Any:
        names = NetworkOptions.__dataclass_fields__
        network = NetworkOptions(**{name: kwargs.pop(name) for name in names})
        return function(*args, network=network, **kwargs)

    for option in reversed(
        (
            click.option(
                "--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="Port."
            ),
            click.option("--lan", is_flag=True, help="Serve the office's network, too; by TLS only."),
            click.option("--tls-cert", type=PATH, help="Certificate (PEM); one is made if you give none."),
            click.option("--tls-key", type=PATH, help="Key of the certificate (PEM)."),
            click.option(
                "--plain-http",
                is_flag=True,
                help="With --lan: no encryption; then nobody signs in from another machine.",
            ),
            click.option(
                "--host", multiple=True, metavar="NAME", help="Another name under which it may be asked."
            ),
        )
    ):
        gathered = option(gathered)
    return gathered


@make_command(
    "serve",
    examples=[
        "motif serve",
        "motif serve --demo",
        "motif serve --lan --host counter.office.example",
        "motif serve account reset darmo",
    ],
)
@click.argument("what", metavar="[account reset NAME]", nargs=-1)
@click.option("--demo", is_flag=True, help="A trial with drawn cloths and four accounts; nothing is kept.")
@click.option(
    "--folder", type=PATH, help="Accounts and photos of the counter; by default beside the registry."
)
@click.option("--workers", type=click.IntRange(1, 32), help="Processes that read pictures.")
@click.option("--upload-limit", type=Size(), default="20MB", show_default=True, help="Most of one photo.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@network_options
@registry_option
@json_option
def serve(
    what: tuple[str, ...],
    demo: bool,
    folder: Path | None,
    workers: int | None,
    upload_limit: int,
    no_browser: bool,
    network: NetworkOptions,
) -> None:
    """Open the counter in a browser: check, decide, register.

    On this computer it opens at http://localhost. With --lan, phones in the office's network reach it by
    TLS. The first start prints a one-time code with which the head of the office makes an account.
    "account reset NAME" prints a code for somebody who cannot sign in any more. It needs the extra web;
    docs/web.md tells the rest.
    """
    from motif.extras import require

    require("starlette", extra="web")
    if what:
        _reset(what, folder)
        return
    from motif.web.demo import demo_settings
    from motif.web.server import serve as run
    from motif.web.settings import Settings

    if demo and network.lan:
        raise click.UsageError(_("--demo has open doors, and stays on this computer."))
    listening, hosts = _listening(network, _folder(folder))
    with ExitStack() as stack:
        if demo:
            tell(_("Drawing the trial: eight cloths are registered …"))
            settings = stack.enter_context(demo_settings())
        else:
            settings = Settings(
                registry=session().registry,
                folder=_folder(folder),
                hosts=hosts,
                secure=listening.certificate is not None,
                sign_in_from="this machine" if network.plain_http else "anywhere",
                workers=workers or _worker_count(),
                upload_bytes=upload_limit,
                language="id" if current_language() == "id" else "en",
            )
        run(settings, listening, lambda counter, url: _announce(counter, url, opens=not no_browser))


def _listening(network: NetworkOptions, folder: Path) -> tuple[Listening, tuple[str, ...]]:
    """Return where to listen, and under which names the counter may be asked."""
    from motif.web.server import Listening
    from motif.web.settings import THIS_MACHINE
    from motif.web.tls import given_certificate, hosts_of_this_machine, own_certificate

    if network.plain_http and (network.tls_cert or network.tls_key or not network.lan):
        raise click.UsageError(_("--plain-http goes with --lan, and without a certificate."))
    if bool(network.tls_cert) != bool(network.tls_key):
        raise click.UsageError(_("--tls-cert and --tls-key go together."))
    names = hosts_of_this_machine() if network.lan else ()
    hosts = tuple(dict.fromkeys([*THIS_MACHINE, *(host.lower() for host in network.host), *names]))
    certificate = None
    if network.tls_cert and network.tls_key:
        certificate = given_certificate(network.tls_cert, network.tls_key)
    elif network.lan and not network.plain_http:
        certificate = own_certificate(folder / "tls", hosts)
    address = "0.0.0.0" if network.lan else "127.0.0.1"
    return Listening(address=address, port=network.port, certificate=certificate), hosts


def _announce(counter: Counter, url: str, *, opens: bool) -> None:
    """Say where the counter is, and for the first start the code of the first account."""
    from motif.web.accounts import spelled_code

    tell(_("The counter is open at {url}. Ctrl-C closes it.").format(url=url))
    settings: Settings = counter.settings
    if settings.secure:
        for line in _fingerprint_lines(settings.folder):
            tell(line)
    if not settings.is_demo and not counter.accounts.has_head():
        code = spelled_code(counter.accounts.first_code())
        tell(_("One-time code for the first account, that of the head: {code}").format(code=code))
    if opens:
        webbrowser.open(url)


def _fingerprint_lines(folder: Path) -> list[str]:
    from motif.web.tls import given_certificate

    place = folder / "tls" / "certificate.pem"
    if not place.exists():
        return []
    fingerprint = given_certificate(place, place).fingerprint
    return [
        _("Browsers warn of its certificate the first time. Its SHA-256 must be:"),
        f"  {fingerprint}",
    ]


def _reset(what: tuple[str, ...], folder: Path | None) -> None:
    """Print a one-time code for an account; its password and its sessions end."""
    from motif.web.accounts import Accounts, spelled_code
    from motif.web.database import Database
    from motif.web.settings import Settings

    if what[:2] != ("account", "reset") or len(what) > 3:
        raise click.UsageError(_("Say motif serve, or motif serve account reset NAME."))
    place = _folder(folder)
    if not place.is_dir():
        message = N_("there is no counter at {folder}", folder=place)
        raise ParameterError(message, hint=N_("Start it once: motif serve."))
    database = Database(place)
    try:
        accounts = Accounts(database, Settings(registry=session().registry, folder=place))
        known = [one for one in accounts.list() if len(what) == 3 and one.login == what[2].lower()]
        if not known:
            names = ", ".join(f"{one.login} ({one.role})" for one in accounts.list()) or "–"
            raise ParameterError(N_("name an account: {names}", names=names))
        code = spelled_code(accounts.new_code(known[0].number))
    finally:
        database.close()
    sentence = _("One-time code for {name}: {code}. Type it at /code; it serves once, for a day.")
    emit_result(
        {"format": 1, "login": known[0].login, "code": code}, sentence.format(name=known[0].name, code=code)
    )


def _folder(folder: Path | None) -> Path:
    """Return where the counter keeps its own things: named, or beside the registry."""
    from motif.registry.storage.opening import is_address

    if folder is not None:
        return folder
    place = session().registry
    return Path("counter") if is_address(place) else Path(f"{place.rstrip('/')}-counter")


def _worker_count() -> int:
    import os

    return 1 if (os.cpu_count() or 1) < 4 else 2
