"""``motif normalize``: cut the cloth out of photos, for people to look at and for the record."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.errors import describe_error
from motif.cli.group import command as make_command
from motif.cli.options import json_option
from motif.cli.output import emit, emit_json, tell
from motif.messages import _

if TYPE_CHECKING:
    from motif.arrays import RGB8
    from motif.normalize.scale import Scale
    from motif.normalize.swatch import Swatch
    from motif.photo.photo import Photo

Corners = list[tuple[float, float]]

EXIT_CODES = codes.DOING | {codes.ERROR: "some photo cannot be used; the message says why"}


def _corners(ctx: click.Context, param: click.Parameter, value: str | None) -> Corners | None:
    if value is None:
        return None
    try:
        pairs = [tuple(map(float, pair.split(","))) for pair in value.replace(";", " ").split()]
    except ValueError:
        pairs = []
    if len(pairs) != 4 or any(len(pair) != 2 for pair in pairs):
        raise click.BadParameter(_("expected four pairs, such as '120,80 2900,95 2850,2100 160,2080'"))
    return [(pair[0], pair[1]) for pair in pairs]


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[float, ...] | None:
    """Read numbers parted by commas or blanks, as many as the option asks for."""
    if value is None:
        return None
    count, example = {"neutral": (4, "2900,80,300,200"), "ruler": (5, "120,80 1450,95 30")}[str(param.name)]
    try:
        numbers = tuple(map(float, value.replace(",", " ").split()))
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        raise click.BadParameter(
            _("expected {count} numbers, such as '{example}'").format(count=count, example=example)
        )
    return numbers


@make_command(
    "normalize",
    examples=[
        "motif normalize floor.jpg -o swatches",
        "motif normalize floor.jpg -o swatches --corners '120,80 2900,95 2850,2100 160,2080' --cloth-cm 110",
        "motif normalize floor.jpg -o swatches --neutral 2900,80,300,200 --a4",
    ],
    exit_codes=EXIT_CODES,
)
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to; made if there is none.",
)
@click.option(
    "--corners", callback=_corners, help="The cloth's four corners, in pixels of the upright photo."
)
@click.option(
    "--cloth-cm",
    type=click.FloatRange(0, 10_000, min_open=True),
    help="Width of the cloth in cm; puts pixels per cm into the record.",
)
@click.option(
    "--ruler", callback=_numbers, help="Two marks of a ruler in pixels of the photo, and the cm between them."
)
@click.option(
    "--a4", is_flag=True, help="Take pixels per cm from a sheet of A4 paper on or beside the cloth."
)
@click.option(
    "--neutral",
    callback=_numbers,
    help="Left, top, width, height of something white or gray in the photo, such as paper.",
)
@click.option(
    "--format",
    "suffix",
    type=click.Choice(["png", "jpg"]),
    default="png",
    show_default=True,
    help="Of the swatch's file.",
)
@json_option
@click.pass_context
def normalize(
    ctx: click.Context,
    photos: tuple[Path, ...],
    output: Path,
    corners: Corners | None,
    cloth_cm: float | None,
    ruler: tuple[float, ...] | None,
    a4: bool,
    neutral: tuple[float, ...] | None,
    suffix: str,
    as_json: bool,
) -> None:
    """Cut the cloth out of PHOTOS and take the perspective out.

    For each photo four files are written: the cloth in its own colors (sRGB, with profile), the same as
    under a neutral lamp, a picture of before and after, and a record of all that was done, with the way
    back to the photo. The light's color comes from --neutral, or a color chart in the picture, or is
    estimated; the record says which, and how sure it is. Nothing that exists is overwritten.
    """
    if (cloth_cm is not None) + (ruler is not None) + a4 > 1:
        raise click.UsageError(_("--cloth-cm, --ruler and --a4 say the same; give one of them."))
    asked = _Asked(corners=corners, cloth_cm=cloth_cm, ruler=ruler, a4=a4, neutral=neutral, suffix=suffix)
    rows = [_row(path, output, asked, quiet=as_json) for path in photos]
    if as_json:
        emit_json(rows)
    ctx.exit(codes.ERROR if any("error" in row for row in rows) else codes.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is known of the photos beforehand."""

    corners: Corners | None
    cloth_cm: float | None
    ruler: tuple[float, ...] | None
    a4: bool
    neutral: tuple[float, ...] | None
    suffix: str


def _row(path: Path, output: Path, asked: _Asked, *, quiet: bool) -> dict[str, Any]:
    from motif.errors import MotifError
    from motif.report.batch_text import photo_error_text
    from motif.report.capture import normalized_text

    try:
        made = _made(path, output, asked)
    except MotifError as error:
        tell(photo_error_text(str(path), error.message, error.hint))
        return {"path": str(path), "error": describe_error(error)}
    if not quiet:
        emit(normalized_text(made))
    return made


def _made(path: Path, output: Path, asked: _Asked) -> dict[str, Any]:
    from motif.features.palette import find_palette
    from motif.normalize.light import find_light
    from motif.normalize.pictures import balanced_picture, before_after, cloth_picture
    from motif.normalize.swatch import normalize
    from motif.photo.photo import read_photo

    photo = read_photo(path)
    light = find_light(photo, neutral_px=asked.neutral)
    swatch = normalize(photo, corners_px=asked.corners, light=light)
    cloth, balanced = cloth_picture(photo, swatch), balanced_picture(photo, swatch)
    scale = _scale(photo, swatch, cloth.shape[1], asked)
    stem = _free_stem(output, path.stem)
    kinds = [f"swatch.{asked.suffix}", f"balanced.{asked.suffix}", "before-after.jpg", "json"]
    files = [output / f"{stem}.{kind}" for kind in kinds]
    record = {
        "path": str(path),
        "source_sha256": photo.sha256,
        "photo_px": [photo.width_px, photo.height_px],
        **swatch.to_json(),
        "picture_px": [cloth.shape[1], cloth.shape[0]],
        "scale": None if scale is None else scale.to_json(),
        "palette": [asdict(color) for color in find_palette(balanced).colors],
        "palette_as_taken": [asdict(color) for color in find_palette(cloth).colors],
        "files": [str(file) for file in files],
    }
    output.mkdir(parents=True, exist_ok=True)
    _save(files[0], cloth)
    _save(files[1], balanced)
    _save(files[2], before_after(photo, swatch))
    files[3].write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return record


def _scale(photo: Photo, swatch: Swatch, width_px: int, asked: _Asked) -> Scale | None:
    from motif.normalize.scale import from_cloth_width, from_ruler, from_sheet

    if asked.a4:
        return from_sheet(photo, swatch, width_px)
    if asked.ruler is not None:
        return from_ruler(swatch, width_px, [asked.ruler[:2], asked.ruler[2:4]], asked.ruler[4])
    return None if asked.cloth_cm is None else from_cloth_width(width_px, asked.cloth_cm)


def _free_stem(output: Path, stem: str) -> str:
    """Number a name that is taken, so that nothing is overwritten."""
    taken, number = stem, 1
    while any(output.glob(f"{_escaped(taken)}.*")):
        number += 1
        taken = f"{stem}-{number}"
    return taken


def _escaped(name: str) -> str:
    import glob

    return glob.escape(name)


def _save(path: Path, rgb: RGB8) -> None:
    from PIL import Image, ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = (
        {"quality": 92, "subsampling": 0} if path.suffix == ".jpg" else {"compress_level": 3}
    )
    Image.fromarray(rgb).save(path, icc_profile=profile, **options)
