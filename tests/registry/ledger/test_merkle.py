"""The Merkle tree proves what is in a log, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motif.errors import ParameterError
from motif.registry.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    frontier_of,
    inclusion_paths,
    leaf_hash,
    node_hash,
    root_of,
)

# The tree that implementations of Certificate Transparency test with.
KNOWN_LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

sizes = st.integers(1, 80)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def test_the_roots_are_the_published_ones() -> None:
    hashes = [leaf_hash(data) for data in KNOWN_LEAVES]
    assert [root_of(hashes[:size]).hex() for size in range(1, 9)] == KNOWN_ROOTS
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT == root_of([])


@given(sizes)
def test_a_frontier_survives_its_bytes_and_goes_on_from_there(size: int) -> None:
    kept = frontier_of(leaves(size))
    again = Frontier.from_bytes(size, kept.to_bytes())
    more = leaf_hash(b"more")
    assert again == kept
    assert again.append(more).root() == root_of([*leaves(size), more])


@pytest.mark.slow
@given(sizes, st.data())
def test_some_leaves_are_proved_and_no_others_pass(size: int, data: st.DataObject) -> None:
    row = leaves(size)
    chosen = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    path = inclusion_paths(row, chosen)
    assert root_over({index: row[index] for index in chosen}, size, path) == root_of(row)
    forged = {index: row[index] for index in chosen} | {min(chosen): leaf_hash(b"x")}
    assert root_over(forged, size, path) != root_of(row)
    if len(chosen) == 1:
        assert len(path) <= (size - 1).bit_length()


@given(sizes, st.data())
def test_growth_is_proved_and_a_rewritten_past_is_not(size: int, data: st.DataObject) -> None:
    row = leaves(size)
    old_size = data.draw(st.integers(1, size))
    path, old, new = consistency_path(row, old_size), root_of(row[:old_size]), root_of(row)
    assert proves_consistency(old_size=old_size, old_root=old, size=size, root=new, path=path)
    rewritten = list(row)
    rewritten[data.draw(st.integers(0, old_size - 1))] = leaf_hash(b"forged")
    forged = consistency_path(rewritten, old_size)
    assert not proves_consistency(
        old_size=old_size, old_root=old, size=size, root=root_of(rewritten), path=forged
    )
    assert not proves_consistency(old_size=old_size, old_root=new[::-1], size=size, root=new, path=path)


@given(sizes, st.data())
def test_one_changed_bit_of_a_proof_breaks_it(size: int, data: st.DataObject) -> None:
    row = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    path = [bytearray(node) for node in inclusion_paths(row, {index})]
    if path:
        node = data.draw(st.integers(0, len(path) - 1))
        path[node][data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
        assert root_over({index: row[index]}, size, [bytes(node) for node in path]) != root_of(row)


@pytest.mark.parametrize(
    ("size", "data"),
    [
        (1, b""),
        (0, b"x" * 32),
        (2, b"x" * 31),
        (2, b"x" * 33),
        (3, b"x" * 32),
        (1, b"x" * 64),
        (-1, b"x" * 32),
    ],
)
def test_bytes_that_are_no_frontier_are_refused(size: int, data: bytes) -> None:
    with pytest.raises(ParameterError):
        Frontier.from_bytes(size, data)


@pytest.mark.parametrize("size", [-1, -2, -3, -(2**40)])
def test_no_log_has_a_negative_size_whatever_its_roots(size: int) -> None:
    for count in range(4):
        roots = (leaf_hash(b""),) * count
        with pytest.raises(
            ParameterError, match=f"size={size} with {count} roots; expected one for each bit"
        ):
            Frontier(size=size, roots=roots)
        with pytest.raises(ParameterError, match=f"size={size} with"):
            Frontier.from_bytes(size, b"".join(roots))


def test_a_frontier_has_one_root_for_each_bit_of_its_size() -> None:
    for size in range(17):
        for count in range(6):
            roots = (leaf_hash(b""),) * count
            if count == size.bit_count():
                assert Frontier(size=size, roots=roots).size == size
            else:
                with pytest.raises(ParameterError, match="expected one for each bit"):
                    Frontier(size=size, roots=roots)


@pytest.mark.parametrize("lengths", [(31, 32), (32, 31), (0, 32), (32, 33), (33, 31), (31, 31)])
def test_each_root_of_a_frontier_is_32_bytes(lengths: tuple[int, ...]) -> None:
    with pytest.raises(ParameterError, match="expected 32 bytes"):
        Frontier(size=3, roots=tuple(bytes(length) for length in lengths))


def test_a_frontier_holds_the_roots_of_its_complete_subtrees_largest_first() -> None:
    row = leaves(23)
    for size in range(24):
        starts, start = [], 0
        for bit in reversed(range(5)):
            if size >> bit & 1:
                starts.append((start, start + (1 << bit)))
                start += 1 << bit
        frontier = frontier_of(row[:size])
        assert frontier.size == size
        assert frontier.roots == tuple(tree(row[start:end]) for start, end in starts)
        assert frontier.root() == tree(row[:size])
        assert frontier.to_bytes() == b"".join(frontier.roots)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 8])
def test_only_a_leaf_that_is_there_is_proved(count: int) -> None:
    row = leaves(count)
    for index in (-1, -2, -count - 1, count, count + 1, 2**40):
        for indexes in ({index}, [*range(count), index], [index, *range(count)]):
            with pytest.raises(ParameterError, match=f"index={index}; expected 0 to {count - 1}"):
                inclusion_paths(row, indexes)
    for index in range(count):
        assert root_over({index: row[index]}, count, inclusion_paths(row, [index])) == tree(row)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 8])
def test_a_log_has_grown_only_from_between_one_leaf_and_all_of_them(count: int) -> None:
    row = leaves(count)
    for size in (0, -1, -count, count + 1, count + 2, 2**40):
        with pytest.raises(ParameterError, match=f"size={size}; expected 1 to {count}"):
            consistency_path(row, size)
    for size in range(1, count + 1):
        path = consistency_path(row, size)
        assert proves_consistency(
            old_size=size, old_root=tree(row[:size]), size=count, root=tree(row), path=path
        )


def test_the_paths_hold_the_hashes_that_the_standard_names() -> None:
    """For its tree of seven leaves, RFC 9162, section 2.1.5; the first kind here from left to right."""
    a, b, c, d, e, f, j = row = leaves(7)
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)  # noqa: E741
    assert root_of(row) == node_hash(k, l)
    assert inclusion_paths(row, [0]) == (b, h, l)
    assert inclusion_paths(row, [3]) == (g, c, l)
    assert inclusion_paths(row, [4]) == (k, f, j)
    assert inclusion_paths(row, [6]) == (k, i)
    assert inclusion_paths(row, [2, 6]) == (g, d, i)
    assert inclusion_paths(row, range(7)) == ()
    assert inclusion_paths(row, []) == (root_of(row),)
    assert consistency_path(row, 3) == (c, d, g, l)
    assert consistency_path(row, 4) == (l,)
    assert consistency_path(row, 6) == (i, j, k)
    assert consistency_path(row, 7) == ()


def tree(row: Sequence[bytes]) -> bytes:
    """Compute a root as RFC 9162, section 2.1.1, defines it."""
    if not row:
        return hashlib.sha256().digest()
    if len(row) == 1:
        return row[0]
    split = max(1 << bit for bit in range(len(row)) if 1 << bit < len(row))
    left, right = tree(row[:split]), tree(row[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_over(known: Mapping[int, bytes], size: int, path: Iterable[bytes]) -> bytes:
    """Compute the root of a tree of which some leaves are known and the rest is on a path."""
    rest = iter(path)

    def root(start: int, end: int) -> bytes:
        if not any(start <= index < end for index in known):
            return next(rest)
        if end - start == 1:
            return known[start]
        split = start + (1 << (end - start - 1).bit_length() - 1)
        return node_hash(root(start, split), root(split, end))

    computed = root(0, size)
    assert not list(rest)
    return computed


def proves_consistency(
    *, old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> bool:
    """Tell whether a path proves that an old log is the beginning of a new one (RFC 9162, 2.1.4.2)."""
    if not 1 <= old_size <= size:
        return False
    if old_size == size:
        return not path and old_root == root
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not steps:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_node = node = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_node, node = node_hash(step, old_node), node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (old_node, node) == (old_root, root)
