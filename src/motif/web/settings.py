"""What a counter is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from motif.errors import ParameterError
from motif.messages import N_

THIS_MACHINE: Final = ("localhost", "127.0.0.1", "[::1]")
"""Hosts under which a browser on the same machine asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a counter is started with.

    Parameters
    ----------
    registry : str
        Path of a folder, or address of a database.
    folder : Path
        Of the counter itself: accounts, photos that were handed in, answers.
    hosts : tuple of str
        Names under which it may be asked, without port.
    secure : bool
        Whether browsers reach it by TLS only.
    sign_in_from : "anywhere" or "this machine"
    language : "en" or "id"
        Of who has not chosen one.
    workers : int
        Processes that read and compare pictures.
    upload_bytes : int
        Most bytes of one photo.
    upload_seconds : float
        Longest time that one upload may take.
    session_hours, idle_hours : float
        How long somebody stays signed in; how long without doing anything.
    password_memory_kib : int
        What guessing one password costs.
    picture_seconds : float
        Longest time that one picture may take.
    is_demo : bool
        Nothing is kept: pages say so.
    """

    registry: str
    folder: Path
    hosts: tuple[str, ...] = THIS_MACHINE
    secure: bool = False
    sign_in_from: Literal["anywhere", "this machine"] = "anywhere"
    language: str = "id"
    workers: int = 1
    upload_bytes: int = 20_000_000
    upload_seconds: float = 120.0
    session_hours: float = 12.0
    idle_hours: float = 2.0
    password_memory_kib: int = 47_104
    picture_seconds: float = 60.0
    is_demo: bool = False

    def __post_init__(self) -> None:
        for name in ("workers", "upload_bytes", "upload_seconds", "session_hours", "idle_hours"):
            if getattr(self, name) <= 0:
                message = N_("{name}={value}; expected more than 0", name=name, value=getattr(self, name))
                raise ParameterError(message, hint=N_("Leave it out."))
