"""Data flows one way: a module imports from its own layer or an earlier one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import motif

LAYERS = [  # a new package or file has to say here where it belongs
    {"errors", "lazy", "messages", "profiles"},
    {"files", "bagit", "extras", "vocabulary", "arrays", "times", "tables"},
    {"color", "resize"},
    {"photo"},
    {"normalize", "features", "hashes"},
    {"capture"},
    {"fingerprint", "description"},
    {"workers"},
    {"matching"},
    {"registry.records", "registry.ledger"},
    {"registry.store", "registry.submission", "registry.results"},
    {"registry.storage", "registry.catalogue"},
    {"registry.search"},
    {"registry.actor", "registry.decisions", "registry.priority", "registry.marks"},
    {"registry.audit", "registry.proposals"},
    {"registry.transfer", "registry.alerts"},
    {"registry.admission"},
    {"registry", "registry.registry"},
    {"records"},
    {"batch", "exchange"},
    {"report"},
    {"filing"},
    {"cli", "web", "__main__"},
]
RANK = {place: rank for rank, layer in enumerate(LAYERS) for place in layer}
OUTERMOST = len(LAYERS) - 1
ROOT = Path(motif.__file__).parent


def test_every_module_has_a_layer() -> None:
    homeless = [str(path) for path in sources() if room_of(path) not in RANK]
    assert not homeless, f"{', '.join(homeless)}: add to LAYERS in {__file__}"


@pytest.mark.slow
def test_modules_import_from_their_own_layer_or_an_earlier_one() -> None:
    wrong = [
        f"{path} imports {imported}"
        for path in sources()
        for imported in imports_of(path)
        if rank_of(imported) > RANK.get(room_of(path), OUTERMOST)
    ]
    assert not wrong, "; ".join(wrong)


def test_an_upward_import_would_be_noticed() -> None:
    assert rank_of("motif.report.text") > RANK["registry"]
    assert rank_of("motif") == OUTERMOST
    assert list(imported_names(ast.parse("from motif import registry\nimport motif.cli.group"))) == [
        "motif.registry",
        "motif.cli.group",
    ]


def sources() -> list[Path]:
    """List the package's files, without its public surface, which is exempt."""
    files = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*.py")))
    return [path for path in files if path != Path("__init__.py")]


def room_of(path: Path) -> str:
    """Name the place in LAYERS of a file: its package, or in the registry also the file or subpackage."""
    parts = path.with_suffix("").parts
    if parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join(parts[:2]) if parts[0] == "registry" else parts[0]


def rank_of(imported: str) -> int:
    """Rank an import; names taken from the lazy surface itself can be anything."""
    parts = imported.split(".")[1:]
    place = ".".join(parts[:2]) if parts[:1] == ["registry"] else "".join(parts[:1])
    return RANK.get(place, OUTERMOST)


def imports_of(path: Path) -> Iterator[str]:
    return imported_names(ast.parse((ROOT / path).read_text(encoding="utf-8")))


def imported_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            names = [f"motif.{alias.name}" for alias in node.names] if module == "motif" else [module]
        elif isinstance(node, ast.ImportFrom):
            raise AssertionError(f"relative import in line {node.lineno}; write `from motif.… import …`")
        else:
            continue
        yield from (name for name in names if name.partition(".")[0] == "motif")
