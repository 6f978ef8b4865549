"""The catalogue is whole, and the compiled file says what the readable one says."""

from __future__ import annotations

import ast
import io
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import motif
from motif import errors
from motif.cli.docs import all_commands
from motif.cli.group import cli
from motif.cli.language import PLURALS, SENTENCES, sentences
from motif.messages import N_, _, current_language, use_language

ROOT = Path(motif.__file__).parent
FOLDER = ROOT / "messages" / "locale" / "id" / "LC_MESSAGES"


FOR_PROGRAMS = {
    "arrays.py": "arrays come from programs",
    "description.py": "descriptions are read back by programs",
    "features": "arrays come from programs",
    "fingerprint.py": "fingerprints are read back by programs, or from a registry that is then told damaged",
    "hashes.py": "hashes come from programs",
    "matching": "fingerprints come from programs",
    "photo": "limits and arrays come from programs; what is wrong with a file is translated",
    "registry/ledger/event.py": "events are read back; the log is then told damaged",
    "registry/storage/log_writer.py": "a log that does not fit is told damaged",
    "registry/ledger/merkle.py": "hashes are computed by programs",
    "registry/storage/projection.py": "events are read back; the log is then told damaged",
    "registry/records/entry.py": "records are read back; the registry is then told damaged",
    "report/document.py": "report records are made by programs",
    "times.py": "times are read back; the record is then told damaged",
}
"""What stays English in messages (never in hints) of these rooms and files, and why."""


def catalogue() -> Catalog:
    return read_po(io.BytesIO((FOLDER / "motif.po").read_bytes()), locale="id")


def translations(read: Catalog) -> dict[tuple[str, ...], str]:
    """Return each sentence of a catalogue, in its one or two forms, with its translation."""
    said = {}
    for message in filter(lambda one: one.id, read):
        one_form = isinstance(message.id, str)
        forms = (message.id,) if one_form else tuple(message.id)
        said[forms] = message.string if one_form else message.string[0]
    return said


@pytest.mark.slow
def test_every_marked_sentence_is_translated() -> None:
    keywords = {"_": None, "N_": None}
    marked = {found[2] for found in extract_from_dir(ROOT, [("**.py", "python")], keywords=keywords)}
    assert marked
    translated = {message.id for message in catalogue() if message.string and not message.fuzzy}
    assert marked - translated == set(), "run `make messages` and translate"


def test_every_sentence_of_the_pages_is_translated() -> None:
    found = extract_from_dir(ROOT / "web" / "templates", [("**.jinja", "jinja2")], keywords={"_": None})
    marked = {one[2] for one in found}
    assert len(marked) > 200
    translated = {message.id for message in catalogue() if message.string and not message.fuzzy}
    assert marked - translated == set(), "run `make messages` and translate"


def test_every_sentence_of_the_help_is_translated() -> None:
    said = {text for command in (cli, *all_commands()) for text in sentences(command)}
    assert len(said) > 100
    assert said - {forms[0] for forms in translations(catalogue())} == set(), (
        "run `make messages` and translate"
    )


def test_the_compiled_catalogue_is_current() -> None:
    compiled = read_mo(io.BytesIO((FOLDER / "motif.mo").read_bytes()))
    assert translations(compiled) == translations(catalogue())


def test_translations_keep_the_names_to_fill_in() -> None:
    for forms, said in translations(catalogue()).items():
        *known, used = [{name for _, name, _, _ in Formatter().parse(one) if name} for one in (*forms, said)]
        assert used <= set().union(*known)
        assert len(known) == 2 or used == known[0]


def test_no_sentence_speaks_of_patents() -> None:
    assert not re.search("(?<!kabu)paten", str(translations(catalogue())).lower())


def test_what_click_says_is_what_is_translated() -> None:
    folder = Path(click.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    words = [*SENTENCES, *(one for both in PLURALS for one in both)]
    assert not [one for one in words if str(one).replace("\n", "\\n").replace("\t", "\\t") not in source]


def test_the_language_comes_from_the_call_then_the_choice_then_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOTIF_LANG", "id")
    assert current_language() == "id"
    use_language("en")
    try:
        assert (_("warning"), _("warning", "id")) == ("warning", "peringatan")
    finally:
        use_language(None)
    assert _("warning") == "peringatan"


def literals(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the texts in an expression outside of ``N_`` and ``_``; keys of dicts do not count."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in ("N_", "_"):
            return
        children: list[ast.AST] = [*node.args]
    elif isinstance(node, ast.Dict):
        children = [*node.values]
    elif isinstance(node, ast.Subscript):
        children = [node.value]
    elif isinstance(node, ast.IfExp):
        children = [node.body, node.orelse]
    elif isinstance(node, ast.Compare):
        return
    elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        assert isinstance(node, ast.expr)
        if ast.unparse(node) not in ("''", "f''"):
            yield node
        return
    else:
        children = [*ast.iter_child_nodes(node)]
    for child in children:
        yield from literals(child)


def named(value: ast.expr) -> Iterator[str]:
    """Yield the names that a value is, or is looked up in."""
    if isinstance(value, ast.Name):
        yield value.id
    elif isinstance(value, ast.Subscript):
        yield from named(value.value)
    elif isinstance(value, ast.IfExp):
        yield from (*named(value.body), *named(value.orelse))


def told(tree: ast.AST, *, argument: str) -> Iterator[ast.expr]:
    """Yield what the errors of a module are given as ``hint`` or as ``message``, names followed."""
    given: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            given += [word.value for word in node.keywords if word.arg == argument == "hint"]
            is_error = isinstance(getattr(errors, name, None), type)
            given += node.args[:1] if argument == "message" and is_error else []
        if argument == "hint" and isinstance(node, ast.FunctionDef) and "hint" in node.name:
            returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
            given += filter(None, returned)
    names = {name for value in given for name in named(value)}
    yield from given
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets = {
                one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)
            }
            if targets & names:
                yield node.value


def unmarked(argument: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{literal.lineno}: {ast.unparse(literal)}"
        for path in sorted(ROOT.rglob("*.py"))
        for value in told(ast.parse(path.read_text(encoding="utf-8")), argument=argument)
        for literal in literals(value)
    ]


@pytest.mark.slow
def test_every_hint_is_marked_for_translation() -> None:
    assert unmarked("hint") == []


@pytest.mark.slow
def test_every_message_that_an_office_can_meet_is_marked_for_translation() -> None:
    found = {one.partition(":")[0]: one for one in unmarked("message")}
    excused = {
        file: one for file, one in found.items() if {file, file.partition("/")[0]} & FOR_PROGRAMS.keys()
    }
    assert found == excused
    assert not [name for name in FOR_PROGRAMS if not any(file.startswith(name) for file in found)], "no need"


@pytest.mark.slow
def test_what_is_marked_is_collected() -> None:
    calls = (
        node
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("N_", "_")
    )
    texts = {ast.literal_eval(call.args[0]) for call in calls if isinstance(call.args[0], ast.Constant)}
    assert texts - {text for forms in translations(catalogue()) for text in forms} == set()


def test_a_marked_sentence_is_english_to_programs_and_can_be_said_in_indonesian() -> None:
    inner = errors.RegistryError(N_("{folder} is a file; expected a folder", folder="kain"))
    said = N_("{where}: {what}", where="registri", what=inner)
    for one in (said, pickle.loads(pickle.dumps(said))):
        assert str(one) == "registri: kain is a file; expected a folder"
        assert _(one, "id") == "registri: kain adalah berkas; harus berupa folder"
        assert _(one, "en") == str(one)


def test_values_are_never_taken_for_sentences() -> None:
    assert _(N_("{path!r} has no column {wanted!r}", path="{wanted}", wanted="title"), "id") == (
        "'{wanted}' tidak punya kolom 'title'"
    )
