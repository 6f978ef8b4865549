"""``motif check``: is this design registered already?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.ignore import require_consent, yes_option
from motif.cli.options import (
    cut_options,
    json_option,
    photo_argument,
    picture_option,
    registry_option,
    report_option,
    strict_option,
)
from motif.cli.output import page_width, save_picture, tell
from motif.cli.session import emit_result, open_registry, session, view_registry
from motif.messages import _
from motif.report.check_text import check_text
from motif.report.record_text import saved_text

if TYPE_CHECKING:
    from motif.arrays import RGB8
    from motif.photo.photo import Photo
    from motif.registry.marks import MarkDraft
    from motif.registry.registry import Registry
    from motif.registry.results import CheckResult


@make_command(
    "check",
    examples=[
        "motif check new-design.jpg",
        "motif check --json --limit 3 new-design.jpg",
        "motif check new-design.jpg --report out.pdf",
    ],
    exit_codes=codes.JUDGING,
)
@photo_argument("photo")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Most entries to report."
)
@click.option("--all", "everything", is_flag=True, help="Also list entries without any indication.")
@click.option("--announced", help="Day, month or year of the first announcement, as its maker says.")
@click.option("--remember", is_flag=True, help="Keep the check: later entries are held against it.")
@click.option("--note", default="", help="For whom or what for; kept with --remember.")
@cut_options
@strict_option
@picture_option("the photo with the outline of what was compared, beside the closest match")
@report_option
@registry_option
@json_option
def check(
    photo: Path,
    limit: int,
    everything: bool,
    announced: str | None,
    remember: bool,
    note: str,
    cut: str,
    strict: bool,
    picture: Path | None,
    report: Path | None,
) -> int:
    """Look a design up before it is submitted.

    Names the registered designs that PHOTO may reuse, closest first, also mirrored, in another dye or
    with light and dark exchanged. The answer is an indication with what it rests on; a person decides.
    "Clear" means that nothing was found, and is no proof of originality. The answer says which design came
    first, as far as is recorded. Entries without an indication are left out, except the nearest, if it is
    like; --all and --json list them. Nothing is kept of a check unless --remember is given. --report writes
    it down for the file: what was searched, both cloths, what coincides, and space for the officer's
    decision. --picture draws what was compared beside the closest match.
    """
    from motif.cli.photo import read_and_warn
    from motif.cli.report import require_form, save_report

    if report is not None:
        require_form(report)
    with view_registry() as registry:
        query_photo, fingerprint = read_and_warn(photo, registry.profile, strict=strict, cut=cut)
        result = registry.check(query_photo, limit=limit, announced=announced, computed=fingerprint)
        if report is not None:
            from motif.report.gather import check_report

            save_report(check_report(result, query_photo, registry, everything=everything), report)
        if picture is not None:
            save_picture(picture, _picture(result, query_photo, registry))
        record = registry.remember(result, note=note) if remember else None
    text = check_text(result, width=page_width(), photo=str(photo), everything=everything)
    remembered = {} if record is None else {"remembered": record.id}
    emit_result(result.to_json() | remembered, text)
    if record is not None and not session().json:
        tell(saved_text(record))
    return codes.of_answer(result.verdict, too_little=result.too_little)


def _picture(result: CheckResult, photo: Photo, registry: Registry) -> RGB8:
    """Draw the closest match that is listed, or what was compared where there is none."""
    from motif.fingerprint import fingerprint
    from motif.matching.explain import cloth_on, explain
    from motif.photo.photo import read_photo
    from motif.report.listed import listed
    from motif.report.pictures.compared import compared_photo
    from motif.report.pictures.pair import comparison_sheet

    matches = listed(result.matches)
    if not matches:
        return compared_photo(photo, result.query)
    match, profile = matches[0], registry.profile
    known = read_photo(registry.original(match.photo.sha256), long_edge_px=profile.long_edge_px)
    evidence, registered = match.evidence, fingerprint(known, profile, cut=match.photo.cut)
    explanation = explain(
        cloth_on(photo, profile, field=evidence.query_field, cut=result.query.cut),
        cloth_on(known, profile, field=evidence.registered_field, cut=match.photo.cut),
        evidence,
        profile,
    )
    photos = (
        compared_photo(photo, result.query, evidence.query_field),
        compared_photo(known, registered, evidence.registered_field),
    )
    return comparison_sheet(explanation, names=(photo.name, match.entry.id), photos=photos)


VERDICTS = ("confirm", "reject", "label", "classic")


@make_command(
    "decide",
    examples=[
        "motif decide M-000042-7 M-000001-3 reject --by 'Bu Sri' --reason 'other main ornament'",
        "motif decide new-design.jpg M-000001-3 confirm --by 'Bu Sri' --reason 'same stamp'",
        "motif decide new-design.jpg M-000001-3 label --by 'Bu Sri' --reason 'label of the shop'",
        "motif decide M-000001-3 classic --by 'Bu Sri' --reason 'parang rusak'",
    ],
)
@click.argument("words", metavar="MATCH... confirm|reject|label|classic", nargs=-1, required=True)
@click.option("--by", required=True, help="Who decided.")
@click.option("--reason", required=True, help="Why.")
@click.option("--part", help="The part that is classic, such as isen_latar; all of it if left out.")
@yes_option
@registry_option
@json_option
def decide(words: tuple[str, ...], by: str, reason: str, part: str | None, yes: bool) -> None:
    """Keep what a person decided about a match or an entry.

    A match has two sides: entries, the photo that was checked (its file, its SHA-256, or a remembered
    check's id); "A/B" does as well. confirm says one design, reject says two, label says two that share a
    label, logo or watermark, classic says that the entry is nobody's own. Later checks obey: a rejected pair
    is not shown as a conflict again, a label counts nowhere any more (motif ignore), a classic weighs as
    common. The newest decision counts; reject of one entry alone takes classic back.
    """
    from motif.report.check_text import decided_text

    *targets, verdict = words
    if verdict not in VERDICTS or not targets:
        raise click.UsageError(
            _("The last word is one of {words}, after a match or an entry.").format(words=", ".join(VERDICTS))
        )
    sides = [side for target in targets for side in _sides(target)]
    with open_registry() as registry:
        label = _label(registry, targets, sides, yes=yes) if verdict == "label" else None
        decision = registry.decide(*sides, verdict=verdict, by=by, reason=reason, part=part, label=label)
    sides_text = " / ".join(filter(None, [decision.a, decision.b]))
    emit_result(decision.to_json(), f"{sides_text}: {decided_text(decision)}.")


def _label(registry: Registry, targets: list[str], sides: list[str], *, yes: bool) -> MarkDraft:
    """Cut out what coincides, and ask whether to ignore it."""
    from motif.fingerprint import fingerprint
    from motif.photo.source import file_and_page

    file = next((target for target in targets if Path(file_and_page(target)[0]).is_file()), None)
    checked = None if file is None else fingerprint(file, registry.profile)
    draft = registry.marks.draft_of_match(*sides, checked=checked)
    require_consent(registry.marks.consequences(draft), yes=yes)
    return draft


def _sides(target: str) -> list[str]:
    from motif.photo.source import file_and_page, read_bytes

    if Path(file_and_page(target)[0]).is_file():
        return [hashlib.sha256(read_bytes(target)[0]).hexdigest()]
    return [side.strip() for side in target.split("/")]


@make_command("alerts", examples=["motif alerts", "motif alerts --all --json"])
@click.option("--all", "closed", is_flag=True, help="Also those about which a person decided already.")
@registry_option
@json_option
def alerts(closed: bool) -> None:
    """List what new entries call into question.

    An entry that was added resembles a design that is being filed, or one for which a remembered check
    found nothing. An alert is closed by motif decide on the pair, or when its entry is withdrawn.
    """
    from motif.report.record_text import alerts_text

    with view_registry() as registry:
        alerts = registry.alerts(closed=closed)
        open_ids = {alert.id for alert in (registry.alerts() if closed else alerts)}
    rows = [alert.to_json() | {"open": alert.id in open_ids} for alert in alerts]
    emit_result({"format": 1, "alerts": rows}, alerts_text(alerts, width=page_width()))
