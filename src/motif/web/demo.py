"""A trial that keeps nothing: drawn cloths are registered, four people have accounts, and something waits."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from motif.profiles import STANDARD_1, Profile
from motif.registry.actor import OWNER, Actor
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.records.people import Party, Role
from motif.registry.registry import Registry
from motif.registry.submission import Submission
from motif.web.accounts import Account, Accounts
from motif.web.counter import Counter
from motif.web.database import Database
from motif.web.folder import Folder
from motif.web.photos import Photos
from motif.web.settings import Settings
from motif.web.tasks import TASKS, Errand

PEOPLE: Final = (
    ("sri", "Bu Sri", "officer"),
    ("darmo", "Pak Darmo", "head"),
    ("wulan", "Mbak Wulan", "maker"),
    ("bayu", "Mas Bayu", "auditor"),
)
"""Login, name and role of the trial's accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloth:
    """One design of the trial; names and places are made up.

    Parameters
    ----------
    file, title, maker, village, announced : str
    access_class : str
    """

    file: str
    title: str
    maker: str
    village: str
    announced: str
    access_class: str = "terbuka"


CLOTHS: Final = (
    Cloth(
        file="kawung_0011",
        title="Kawung Kali Brantas",
        maker="Sanggar Contoh",
        village="Contohrejo",
        announced="2019",
    ),
    Cloth(
        file="ceplok_0014",
        title="Ceplok Biru",
        maker="Kelompok Contoh",
        village="Contohsari",
        announced="2024-05-17",
    ),
    Cloth(
        file="ciprat_0014",
        title="Ciprat Hujan Pagi",
        maker="Kelompok Contoh",
        village="Contohsari",
        announced="2023-08",
    ),
    Cloth(
        file="parang_0016",
        title="Parang Tepi Sawah",
        maker="Bu Contoh",
        village="Contohdadi",
        announced="2021",
    ),
    Cloth(
        file="mega_mendung_0016",
        title="Awan di Kelud",
        maker="Sanggar Contoh",
        village="Contohrejo",
        announced="2022-11",
    ),
    Cloth(
        file="semen_0018",
        title="Semen Hutan Jati",
        maker="Bu Contoh",
        village="Contohdadi",
        announced="2020",
        access_class="dipegang_teguh",
    ),
    Cloth(
        file="nitik_0015",
        title="Nitik Bulir Padi",
        maker="Sanggar Contoh",
        village="Contohrejo",
        announced="2025-01",
    ),
    Cloth(
        file="truntum_0014", title="Truntum Malam", maker="Bu Contoh", village="Contohdadi", announced="2018"
    ),
)


@contextmanager
def demo_settings(profile: Profile = STANDARD_1) -> Iterator[Settings]:
    """Make a registry and a counter in a folder that is deleted in the end.

    Parameters
    ----------
    profile : Profile
        Of the registry.

    Yields
    ------
    Settings
    """
    with tempfile.TemporaryDirectory(prefix="motif-demo-") as name:
        settings = Settings(registry=f"{name}/registry.motif", folder=Path(name) / "counter", is_demo=True)
        fill(settings, profile, key=Path(name) / "key.pem")
        yield settings


def fill(settings: Settings, profile: Profile, *, key: Path) -> None:
    """Register the cloths, make the accounts, and hand a photo in that waits.

    Parameters
    ----------
    settings : Settings
    profile : Profile
    key : Path
        Of the key that signs a checkpoint; made if it is not there.
    """
    with Registry.open(settings.registry, profile=profile) as registry:
        office = registry.acting(Actor(name="darmo", role="head"))
        folder = Folder(path=settings.folder)
        folder.make()
        for cloth in CLOTHS:
            _register(office, cloth, folder)
        registry.ledger.checkpoint(SigningKey.load(key), by="darmo")
    database = Database(settings.folder)
    try:
        accounts = Accounts(database, settings)
        for login, person, role in PEOPLE:
            accounts.invite(login=login, name=person, role=role, by="")
    finally:
        database.close()


def hand_in(counter: Counter, account: Account, name: str) -> int:
    """Hand in a photo of the trial, and return its number.

    Parameters
    ----------
    counter : Counter
    account : Account
    name : "reused" or "new"

    Returns
    -------
    int
    """
    place = counter.folder.path / "uploads" / f"demo-{name}-{account.number}"
    source = resources.files("motif.web").joinpath("demo_cloths", f"{name}.jpg")
    with resources.as_file(source) as file:
        shutil.copyfile(file, place)
    photos: Photos = counter.photos
    photo = photos.take_in(account.number, place, f"{name}.jpg")
    if not counter.jobs.of_photo(photo.number, "look"):
        counter.jobs.ask("look", account, {"sha256": photo.sha256}, photo=photo.number)
    return photo.number


def _register(office: Registry, cloth: Cloth, folder: Folder) -> None:
    data = resources.files("motif.web").joinpath("demo_cloths", f"{cloth.file}.jpg").read_bytes()
    known = {
        "origin_village": cloth.village,
        "first_announced_date": cloth.announced,
        "access_class": cloth.access_class,
    }
    entry = office.submit(
        Submission(photo=data, title=cloth.title, name=f"{cloth.file}.jpg", known=known), allow_duplicate=True
    )
    roles = (Role(role="pencipta", of=entry.id),)
    office.records.put(Party(name=cloth.maker, roles=roles, may_be_named=True))
    errand = Errand(
        kind="thumbnail", folder=folder.path, actor=OWNER, subject={"sha256": entry.photos[0].sha256}
    )
    TASKS["thumbnail"](errand, office)
