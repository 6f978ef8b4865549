"""Change one thing at a time where an error would be silent, and count the changes that tests notice.

    python benchmarks/mutants.py [--each 10] [--seed 1] [--only motif/matching] [--jobs 2] [--out FILE]

Each mutant is one small change (an operator, a comparison, a constant, a condition, a bound) at a place drawn
by the seed, no two in one line. It is noticed where a test of its own package fails: the tests below
``tests/PACKAGE`` that ran through the line, and the module's doctests. A mutant on which they hang is
noticed, too. Prints every mutant, a row a module, and the share that was noticed. Which of the others change
nothing is for a person to find: ``mutants_judged.txt`` names them, a line each: key, two spaces, reason.

References
----------
.. [1] DeMillo, Lipton, Sayward (1978). Hints on test data selection. Computer 11(4).
.. [2] Papadakis et al. (2019). Mutation testing advances. Advances in Computers 112.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[1]
JUDGED = Path(__file__).with_name("mutants_judged.txt")
MODULES = (
    "motif/matching/assess.py",
    "motif/matching/evidence.py",
    "motif/matching/geometry.py",
    "motif/matching/parts.py",
    "motif/matching/score.py",
    "motif/matching/search.py",
    "motif/matching/views.py",
    "motif/normalize/exposure.py",
    "motif/normalize/light.py",
    "motif/normalize/outline.py",
    "motif/normalize/quad.py",
    "motif/normalize/rectify.py",
    "motif/normalize/scale.py",
    "motif/features/bravais.py",
    "motif/features/keypoints.py",
    "motif/features/lattice.py",
    "motif/features/palette.py",
    "motif/features/symmetry.py",
    "motif/registry/admission.py",
    "motif/registry/decisions.py",
    "motif/registry/ledger/merkle.py",
    "motif/registry/audit/ledger.py",
    "motif/registry/records/dates.py",
    "motif/registry/search/lookup.py",
    "motif/report/check_words.py",
    "motif/report/audit.py",
    "motif/batch/cluster.py",
    "motif/batch/journal.py",
    "motif/exchange/importing.py",
    "motif/photo/pixels.py",
)
"""Three in four are where a wrong number or verdict would look like a right one."""

TIMES_LONGER = 4.0
"""Longer than this against the same tests on unchanged code counts as a hang."""

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_TWINS = {"min": "max", "max": "min", "any": "all", "all": "any", "argmin": "argmax", "argmax": "argmin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: ``change`` says it, ``text`` is the module with it."""

    module: str
    function: str
    line: int
    change: str
    text: str

    @property
    def key(self) -> str:
        """Stays the same while the function does, wherever it moves."""
        return f"{self.module}::{self.function} {self.change}"


def main() -> None:
    """Print what was noticed, and what was not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=10, help="mutants a module")
    parser.add_argument("--seed", type=int, default=1, help="draws the places")
    parser.add_argument("--only", default="", help="modules whose path begins so")
    parser.add_argument("--jobs", type=int, default=2, help="mutants tried at a time")
    parser.add_argument("--out", type=Path, help="write every mutant as JSON")
    options = parser.parse_args()
    equal = judged(JUDGED)
    modules = [module for module in MODULES if module.startswith(options.only)]
    mutants = [mutant for module in modules for mutant in drawn(module, options.each, options.seed)]
    with tempfile.TemporaryDirectory() as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for job in range(options.jobs):
            trees.put(copied(Path(folder) / str(job)))
        reached = {package: reach(trees, package) for package in sorted({_package(m) for m in modules})}

        def attempt(mutant: Mutant) -> bool:
            tree = trees.get()
            try:
                is_noticed = noticed(mutant, tree, reached[_package(mutant.module)])
            finally:
                trees.put(tree)
            print("noticed " if is_noticed else "MISSED  ", f"{mutant.line:4}", mutant.key, flush=True)
            return is_noticed

        with ThreadPoolExecutor(options.jobs) as threads:
            results = list(threads.map(attempt, mutants))
    report(mutants, results, equal)
    if options.out:
        rows = [
            {"key": m.key, "line": m.line, "noticed": result, "changes nothing": equal.get(m.key)}
            for m, result in zip(mutants, results, strict=True)
        ]
        options.out.write_text(json.dumps(rows, indent=1))


def report(mutants: list[Mutant], results: list[bool], equal: dict[str, str]) -> None:
    """Print a row a module, and the share of all."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for mutant, result in zip(mutants, results, strict=True):
        if result or mutant.key not in equal:
            counts[mutant.module].append(result)
    for module, noticed_ones in counts.items():
        print(f"{sum(noticed_ones):3} of {len(noticed_ones):3}  {module}")
    total = [result for row in counts.values() for result in row]
    left_out = len(mutants) - len(total)
    print(f"{sum(total)} of {len(total)} noticed, {sum(total) / len(total):.1%}; {left_out} change nothing")


def judged(path: Path) -> dict[str, str]:
    """Read the mutants of which a person found that they change nothing."""
    rows = (line.split("  ", 1) for line in path.read_text().splitlines() if "  " in line)
    return {row[0]: row[1] for row in rows}


def drawn(module: str, count: int, seed: int) -> list[Mutant]:
    """Draw mutants of a module, no two of one line."""
    rng = random.Random(f"{seed} {module}")
    every = list(mutants_of(module))
    rng.shuffle(every)
    of_line = {mutant.line: mutant for mutant in every}
    chosen = list(of_line.values())[:count]
    return sorted(chosen, key=lambda mutant: mutant.line)


def mutants_of(module: str) -> Iterator[Mutant]:
    """Yield every small change of the functions of a module."""
    source = (ROOT / "src" / module).read_text(encoding="utf-8")
    for function, node in _functions(ast.parse(source)):
        for inner in _code(node):
            for old, new in _changes(inner, source):
                start, end = _span(inner, source)
                text = source[:start] + new + source[end:]
                try:
                    ast.parse(text)
                except SyntaxError:
                    continue
                change = " ".join(f"{old} -> {new}".split())
                yield Mutant(module=module, function=function, line=inner.lineno, change=change, text=text)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{f.name}", f) for f in node.body if isinstance(f, ast.FunctionDef))


def _code(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield the expressions of a function's body, without docstrings, annotations and messages."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.AnnAssign):
            pending += [node.value] if node.value else []
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("N_", "NN_", "_", "cast", "_log.debug"):
            continue
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            pending += node.body if isinstance(node.body, list) else [node.body]
            continue
        if isinstance(node, ast.expr):
            yield node
        pending += ast.iter_child_nodes(node)


def _changes(node: ast.expr, source: str) -> Iterator[tuple[str, str]]:
    """Yield (text now, text changed) of an expression, by itself."""
    old = ast.get_source_segment(source, node) or ""
    new: ast.expr | None = None
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _COMPARISONS:
            new = ast.Compare(node.left, [_COMPARISONS[type(operator)]()], node.comparators)
        case ast.BinOp(op=operator) if type(operator) in _ARITHMETIC and not _is_text(node):
            new = ast.BinOp(node.left, _ARITHMETIC[type(operator)](), node.right)
        case ast.BoolOp():
            new = ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            new = node.operand
        case ast.Constant(value=bool()):
            new = ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            new = ast.Constant(node.value + 1 if isinstance(node.value, int) else node.value * 2 + 0.1)
        case ast.Call(func=ast.Name(id=name)) if name in _TWINS:
            new = ast.Call(ast.Name(_TWINS[name]), node.args, node.keywords)
        case ast.Call(func=ast.Attribute(attr=name)) if name in _TWINS:
            new = ast.Call(ast.Attribute(node.func.value, _TWINS[name]), node.args, node.keywords)
        case ast.IfExp():
            new = ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    if new is not None:
        yield old, f"({ast.unparse(ast.fix_missing_locations(new))})"


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(
        isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, str))
        for s in sides
    )


def _span(node: ast.expr, source: str) -> tuple[int, int]:
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    first = len(source.encode()[: starts[node.lineno - 1] + node.col_offset].decode())
    assert node.end_lineno is not None and node.end_col_offset is not None
    last = len(source.encode()[: starts[node.end_lineno - 1] + node.end_col_offset].decode())
    return first, last


def copied(tree: Path) -> Path:
    """Copy what the tests need, so that nothing is changed here."""
    for name in ("src", "tests", "samples", "docs"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tree)
    return tree


def _package(module: str) -> str:
    return module.split("/")[1]


@dataclass(frozen=True, slots=True)
class Reach:
    """Which tests ran through which lines: (path, line) to node ids; and how long a test takes."""

    by_line: dict[tuple[str, int], set[str]]
    seconds: dict[str, float]


def reach(trees: SimpleQueue[Path], package: str) -> Reach:
    """Run the tests of a package once on unchanged code, and note what each ran through."""
    import coverage

    tree = trees.get()
    data, times = tree / f"{package}.coverage", tree / f"{package}.txt"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=0", "-vv"]
    command += ["--cov=motif", "--cov-context=test", "--cov-report=", f"tests/{package}"]
    environment = _environment(tree) | {"COVERAGE_FILE": str(data)}
    with times.open("w") as out:
        done = subprocess.run(
            command, cwd=tree, env=environment, stdout=out, stderr=subprocess.STDOUT, check=False
        )
    trees.put(tree)
    printed = times.read_text()
    failing = set(re.findall(r"^(?:FAILED|ERROR) (\S+)", printed, re.MULTILINE))
    if done.returncode not in (0, 1):
        raise RuntimeError(printed[-2000:])
    for test in sorted(failing):
        print(f"left out, fails on unchanged code: {test}", flush=True)
    by_line: dict[tuple[str, int], set[str]] = defaultdict(set)
    known = coverage.CoverageData(basename=str(data))
    known.read()
    for path in known.measured_files():
        for line, contexts in known.contexts_by_lineno(path).items():
            names = {context.split("|")[0] for context in contexts if context} - failing
            by_line[str(Path(path).relative_to(tree / "src")), line] |= names
    seconds: dict[str, float] = defaultdict(float)
    for took, test in re.findall(r"^([\d.]+)s \w+ +(.+)$", printed, re.MULTILINE):
        seconds[test] += float(took)
    return Reach(by_line, seconds)


def noticed(mutant: Mutant, tree: Path, reached: Reach) -> bool:
    """Run the module's doctests and the tests that reach the mutant, the quick ones first."""
    path = tree / "src" / mutant.module
    original = path.read_text(encoding="utf-8")
    tests = sorted(
        reached.by_line.get((mutant.module, mutant.line), ()), key=lambda t: reached.seconds.get(t, 0)
    )
    limit_s = 60 + TIMES_LONGER * sum(reached.seconds.get(test, 0.0) for test in tests)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    path.write_text(mutant.text, encoding="utf-8")
    try:
        done = subprocess.run(
            [*command, f"src/{mutant.module}", *tests],
            cwd=tree,
            env=_environment(tree),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_text(original, encoding="utf-8")
    if done.returncode < 0:
        raise RuntimeError(f"signal {-done.returncode} ended the tests of {mutant.key}")
    return done.returncode not in (0, 5)


def _environment(tree: Path) -> dict[str, str]:
    own = {"PYTHONPATH": str(tree / "src"), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **own}


if __name__ == "__main__":
    main()
