"""The fenced ``python`` examples of README and docs run, and print what they say."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(?:python|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
PAGES = [
    page
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if FENCE.search(page.read_text("utf-8"))
]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a page's examples one after the other, in an empty folder that holds the samples."""
    (tmp_path / "samples").symlink_to(ROOT / "samples", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for example in FENCE.finditer(page.read_text(encoding="utf-8")):
        run(example[1], names, page)


def run(example: str, names: dict[str, object], page: Path) -> None:
    """Run one example: a session with ``>>>`` and what it prints, or a plain program."""
    if ">>>" not in example:
        exec(compile(example, str(page), "exec"), names)
        return
    parsed = doctest.DocTestParser().get_doctest(example, names, page.name, str(page), 0)
    result = doctest.DocTestRunner(optionflags=FLAGS).run(parsed, clear_globs=False)
    names.update(parsed.globs)
    assert result.failed == 0, f"an example of {page.name} prints something else (see above)"


def test_a_wrong_example_would_be_noticed() -> None:
    with pytest.raises(AssertionError):
        run(">>> 1 + 1\n3\n", {}, Path("page.md"))
