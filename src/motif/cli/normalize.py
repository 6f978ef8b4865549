"""``motif normalize``: cut the cloth out of photos, for people to look at and for the record."""

from __future__ import annotations

import glob
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import PATH, cut_options, json_option
from motif.cli.output import save_picture
from motif.cli.photo import emit_each, read_noted
from motif.files import in_utf8
from motif.messages import _

if TYPE_CHECKING:
    from motif.arrays import RGB8
    from motif.normalize.scale import Scale
    from motif.normalize.swatch import Swatch
    from motif.photo.photo import Photo

    Measure = Callable[[Photo, Swatch, int], Scale | None]


def _floats(texts: Iterable[str], expected: int) -> tuple[float, ...] | None:
    """Parse as many numbers as expected; return None if the texts are anything else."""
    try:
        numbers = tuple(map(float, texts))
    except ValueError:
        return None
    return numbers if len(numbers) == expected else None


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[float, ...] | None:
    """Parse numbers separated by commas or blanks, as many as the option expects."""
    if value is None:
        return None
    examples = {"neutral": (4, "2900,80,300,200"), "ruler": (5, "120,80 1450,95 30")}
    expected, example = examples[str(param.name)]
    numbers = _floats(value.replace(",", " ").split(), expected)
    if numbers is None:
        raise click.BadParameter(
            _("expected {count} numbers, such as '{example}'").format(count=expected, example=example)
        )
    return numbers


@make_command(
    "normalize",
    examples=[
        "motif normalize floor.jpg -o swatches",
        "motif normalize floor.jpg -o swatches --corners '120,80 2900,95 2850,2100 160,2080' --cloth-cm 110",
        "motif normalize floor.jpg -o swatches --neutral 2900,80,300,200 --a4",
    ],
    exit_codes={codes.ERROR: "some photo cannot be used; the message says why"},
)
@click.argument("photos", nargs=-1, required=True, type=PATH)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to; made if there is none.",
)
@cut_options
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
def normalize(
    photos: tuple[Path, ...],
    output: Path,
    cut: str,
    cloth_cm: float | None,
    ruler: tuple[float, ...] | None,
    a4: bool,
    neutral: tuple[float, ...] | None,
    suffix: str,
) -> int:
    """Cut the cloth out of PHOTOS and take the perspective out.

    For each photo four files are written: the cloth in its own colors (sRGB, with profile), the same as
    under a neutral lamp, a picture of before and after, and a record of all that was done, with the way
    back to the photo. Where a photo has several fields (pictures on a page; cut and whole, if the outline
    is not sure), each further one has pictures of its own. The light's color comes from --neutral, or a
    color chart in the picture, or is estimated; the record says which, and how sure it is. Nothing that
    exists is overwritten.
    """
    if (cloth_cm is not None) + (ruler is not None) + a4 > 1:
        raise click.UsageError(_("--cloth-cm, --ruler and --a4 say the same; give one of them."))
    work = partial(
        _normalized,
        output=output,
        cut=cut,
        neutral=neutral,
        suffix=suffix,
        measure=partial(_scale, cloth_cm=cloth_cm, ruler=ruler, a4=a4),
    )
    return codes.ERROR if any("error" in row for row in emit_each(photos, work)) else codes.DONE


def _normalized(
    path: Path,
    *,
    output: Path,
    cut: str,
    neutral: tuple[float, ...] | None,
    suffix: str,
    measure: Measure,
) -> tuple[dict[str, Any], str]:
    from motif.normalize.light import find_light
    from motif.normalize.swatch import normalize_fields
    from motif.report.capture import normalized_text

    photo = read_noted(path)
    swatches = normalize_fields(photo, cut=cut, light=find_light(photo, neutral_px=neutral))
    stem = _free_stem(output, path.stem)
    stems = [stem, *(f"{stem}.{number}" for number in range(2, len(swatches) + 1))]
    fields: list[dict[str, Any]] = []
    pictures: dict[Path, RGB8] = {}
    for name, swatch in zip(stems, swatches, strict=True):
        facts, drawn = _field(photo, swatch, output / name, suffix, measure)
        fields.append(facts)
        pictures |= drawn
    record_file = output / f"{stem}.json"
    main, *further = fields
    record = {
        "path": str(path),
        "source_sha256": photo.sha256,
        "photo_px": [photo.width_px, photo.height_px],
        "cut": cut,
        **main,
        "further_fields": further,
        "files": [*main["files"], str(record_file)],
    }
    output.mkdir(parents=True, exist_ok=True)
    for file, picture in pictures.items():
        save_picture(file, picture, quality=92, subsampling=0, compress_level=3)
    record_file.write_text(json.dumps(in_utf8(record), indent=2) + "\n", encoding="utf-8")
    return record, normalized_text(record)


def _field(
    photo: Photo, swatch: Swatch, place: Path, suffix: str, measure: Measure
) -> tuple[dict[str, Any], dict[Path, RGB8]]:
    """Return the facts of a field, and its pictures by the files that will hold them."""
    from motif.features.palette import find_palette
    from motif.normalize.pictures import balanced_picture, before_after, cloth_picture

    cloth, balanced = cloth_picture(photo, swatch), balanced_picture(photo, swatch)
    scale = measure(photo, swatch, cloth.shape[1])
    pictures = {
        place.with_name(f"{place.name}.swatch.{suffix}"): cloth,
        place.with_name(f"{place.name}.balanced.{suffix}"): balanced,
        place.with_name(f"{place.name}.before-after.jpg"): before_after(photo, swatch),
    }
    facts = {
        **swatch.to_json(),
        "picture_px": [cloth.shape[1], cloth.shape[0]],
        "scale": None if scale is None else scale.to_json(),
        "palette": [asdict(color) for color in find_palette(balanced).colors],
        "palette_as_taken": [asdict(color) for color in find_palette(cloth).colors],
        "files": [str(file) for file in pictures],
    }
    return facts, pictures


def _scale(
    photo: Photo,
    swatch: Swatch,
    width_px: int,
    *,
    cloth_cm: float | None,
    ruler: tuple[float, ...] | None,
    a4: bool,
) -> Scale | None:
    from motif.normalize.scale import from_cloth_width, from_ruler, from_sheet

    if a4:
        return from_sheet(photo, swatch, width_px)
    if ruler is not None:
        return from_ruler(swatch, width_px, [ruler[:2], ruler[2:4]], ruler[4])
    return None if cloth_cm is None else from_cloth_width(width_px, cloth_cm)


def _free_stem(output: Path, stem: str) -> str:
    """Number a name that is taken, so that nothing is overwritten."""
    candidates = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(name for name in candidates if not any(output.glob(f"{glob.escape(name)}.*")))
