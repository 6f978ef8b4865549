"""What ``motif ignore`` prints, and what a check says of marks that are ignored or may be."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from motif.messages import N_, _
from motif.report.text import WIDE, count, printable, score_text, table, verdict_word

if TYPE_CHECKING:
    from motif.registry.marks import Consequences
    from motif.registry.records.mark import IgnoredMark
    from motif.registry.results import CheckResult, ProposedMark


def consequences_text(consequences: Consequences, *, width: int = WIDE) -> str:
    """List what would vanish or weaken if a mark were ignored.

    Parameters
    ----------
    consequences : Consequences
    width : int, character cells

    Returns
    -------
    str
        A sentence, then a table where anything would.
    """
    shown = _("The mark is found on {photos}.").format(photos=count(consequences.found, N_("photo")))
    if consequences.asked < consequences.found:
        looked = _("Of these, {count} were asked about again.").format(count=consequences.asked)
        shown = f"{shown} {looked}"
    if not consequences.weakened:
        nothing = _("No indication would vanish or weaken.")
        return f"{shown} {nothing}"
    rows = [
        [
            match.asked,
            match.entry,
            f"{verdict_word(match.before)} {score_text(match.score_before)}",
            f"{verdict_word(match.after)} {score_text(match.score_after)}",
        ]
        for match in consequences.weakened
    ]
    headings = [_("checked"), _("entry"), _("now"), _("then")]
    warning = _("These indications would vanish or weaken. Look at each: one of them may be a copy.")
    return f"{shown} {warning}\n\n{table(headings, rows, width=width, unbroken=2)}"


def ignored_text(mark: IgnoredMark) -> str:
    """Confirm that a mark is ignored.

    Parameters
    ----------
    mark : IgnoredMark

    Returns
    -------
    str
    """
    return _("Ignored: {id}. It counts nowhere from now on. To take it back: {command}").format(
        id=mark.id, command=f"motif ignore --restore {mark.id} --reason …"
    )


def restored_text(mark: IgnoredMark) -> str:
    """Confirm that a mark counts again.

    Parameters
    ----------
    mark : IgnoredMark

    Returns
    -------
    str
    """
    return _("Taken back: {id}. It counts again.").format(id=mark.id)


def marks_text(marks: Iterable[IgnoredMark], *, width: int = WIDE) -> str:
    """List ignored marks, one a row.

    Parameters
    ----------
    marks : iterable of IgnoredMark
    width : int, character cells

    Returns
    -------
    str
        A table, or that there are none.
    """
    rows = [
        [
            str(mark.id),
            f"{mark.ignored_at:%Y-%m-%d}",
            printable(mark.ignored_by or ""),
            printable(mark.reason or ""),
            f"{str(mark.sha256)[:12]}… {box_text(mark.box or ())}",
            "" if mark.active else _("taken back {day}").format(day=f"{mark.restored_at:%Y-%m-%d}"),
        ]
        for mark in marks
    ]
    if not rows:
        return _("No marks are ignored.")
    headings = [_("id"), _("ignored (UTC)"), _("by"), _("reason"), _("photo and box"), _("state")]
    return table(headings, rows, width=width, unbroken=2)


def found_text(result: CheckResult, *, photo: str = "PHOTO") -> str:
    """Say which ignored marks a check found, and which mark it proposes; empty where neither.

    Parameters
    ----------
    result : CheckResult
    photo : str
        Path of the photo that was checked.

    Returns
    -------
    str
        Lines in the language in use.
    """
    lines = [found_sentence(result.ignored_marks)] if result.ignored_marks else []
    if result.proposed_mark is not None:
        lines.append(proposed_text(result.proposed_mark, photo=photo))
    return "\n".join(lines)


def found_sentence(ids: Sequence[str]) -> str:
    """Say which ignored marks were found.

    Parameters
    ----------
    ids : sequence of str, not empty

    Returns
    -------
    str

    Examples
    --------
    >>> found_sentence(["X-000001-3"])
    '1 mark that this registry ignores was found (X-000001-3).'
    """
    listed = ", ".join(ids)
    if len(ids) == 1:
        return _("1 mark that this registry ignores was found ({ids}).").format(ids=listed)
    found = _("{count} marks that this registry ignores were found ({ids}).")
    return found.format(count=len(ids), ids=listed)


def proposed_text(proposed: ProposedMark, *, photo: str = "PHOTO") -> str:
    """Say that a patch coincides among many designs, and how it is ignored.

    Parameters
    ----------
    proposed : ProposedMark
    photo : str
        Path of the photo that was checked.

    Returns
    -------
    str

    Examples
    --------
    >>> from motif.registry.results import ProposedMark
    >>> entries = ("M-000001-3", "M-000002-1", "M-000003-7")
    >>> print(proposed_text(ProposedMark(entries=entries, outline=(), box=(40, 30, 200, 80))))
    The same patch coincides with 3 entries: it may be a label. To ignore it:
      motif ignore PHOTO --box 40,30,200,80 --reason …
    """
    sentence = _("The same patch coincides with {entries}: it may be a label. To ignore it:").format(
        entries=_("{count} entries").format(count=len(proposed.entries))
    )
    box = "X,Y,W,H" if proposed.box is None else box_text(proposed.box)
    return f"{sentence}\n  motif ignore {shlex.quote(photo)} --box {box} --reason …"


def box_text(box: Iterable[int]) -> str:
    """Spell a box as the option ``--box`` takes it.

    Examples
    --------
    >>> box_text((40, 30, 200, 80))
    '40,30,200,80'
    """
    return ",".join(map(str, box))
