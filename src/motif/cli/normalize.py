"""``motif normalize``: cut the cloth out of photos, for people to look at and for the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.errors import describe
from motif.cli.group import command as make_command
from motif.cli.options import json_option
from motif.cli.output import emit, emit_json, tell

if TYPE_CHECKING:
    from motif.arrays import RGB8

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
        raise click.BadParameter("expected four pairs, such as '120,80 2900,95 2850,2100 160,2080'")
    return [(pair[0], pair[1]) for pair in pairs]


@make_command(
    "normalize",
    examples=[
        "motif normalize floor.jpg -o swatches",
        "motif normalize floor.jpg -o swatches --corners '120,80 2900,95 2850,2100 160,2080' --cloth-cm 110",
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
    "--format",
    "suffix",
    type=click.Choice(["png", "jpg"]),
    default="png",
    show_default=True,
    help="Of the swatch's file.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    photos: tuple[Path, ...],
    output: Path,
    corners: Corners | None,
    cloth_cm: float | None,
    suffix: str,
    as_json: bool,
) -> None:
    """Cut the cloth out of PHOTOS and take the perspective out.

    For each photo three files are written: the cloth in its own colors (sRGB, with profile), a picture of
    before and after, and a record of all that was done, with the way back to the photo. Nothing that
    exists is overwritten.
    """
    rows = [_row(path, output, corners, cloth_cm, suffix, quiet=as_json) for path in photos]
    if as_json:
        emit_json(rows)
    ctx.exit(codes.ERROR if any("error" in row for row in rows) else codes.DONE)


def _row(
    path: Path, output: Path, corners: Corners | None, cloth_cm: float | None, suffix: str, *, quiet: bool
) -> dict[str, Any]:
    from motif.errors import MotifError
    from motif.report.text import error_text, printable

    try:
        made = _made(path, output, corners, cloth_cm, suffix)
    except MotifError as error:
        tell(error_text(error.message, error.hint))
        return {"path": str(path), "error": describe(error)}
    if not quiet:
        emit(f"{printable(str(path))}: {made['outline_kind']}, {printable(made['files'][0])}")
    return made


def _made(
    path: Path, output: Path, corners: Corners | None, cloth_cm: float | None, suffix: str
) -> dict[str, Any]:
    from motif.normalize.pictures import before_after, cloth_picture
    from motif.normalize.scale import from_cloth_width
    from motif.normalize.swatch import normalize
    from motif.photo import read_photo

    photo = read_photo(path)
    swatch = normalize(photo, corners_px=corners)
    cloth = cloth_picture(photo, swatch)
    stem = _free_stem(output, path.stem)
    files = [output / f"{stem}.swatch.{suffix}", output / f"{stem}.before-after.jpg", output / f"{stem}.json"]
    scale = None if cloth_cm is None else from_cloth_width(cloth.shape[1], cloth_cm)
    record = {
        "path": str(path),
        "source_sha256": photo.sha256,
        "photo_px": [photo.width_px, photo.height_px],
        **swatch.to_json(),
        "picture_px": [cloth.shape[1], cloth.shape[0]],
        "scale": None if scale is None else scale.to_json(),
        "files": [str(file) for file in files],
    }
    output.mkdir(parents=True, exist_ok=True)
    _save(files[0], cloth)
    _save(files[1], before_after(photo, swatch))
    files[2].write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return record


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
