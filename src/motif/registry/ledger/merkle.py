"""The Merkle tree of RFC 9162 [1]_: one hash stands for a whole log, and short paths prove what is in it.

A *leaf* is hashed as ``SHA-256(0x00 || data)``, a *node* as ``SHA-256(0x01 || left || right)``, so that
neither can pass for the other. The log may be read by anyone who knows these two lines.

References
----------
.. [1] Laurie, Messeri, Stradling (2021). RFC 9162: Certificate Transparency Version 2.0, section 2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import reduce

from motif.errors import ParameterError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
"""Root of a log without events."""


def leaf_hash(data: bytes) -> bytes:
    """Hash one event's bytes.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bytes, 32
        SHA-256 of a zero byte and ``data``.

    Examples
    --------
    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """All that is needed to append: the roots of the complete subtrees, largest first.

    Parameters
    ----------
    size : int
        Leaves so far.
    roots : tuple of bytes, 32 each
        One for each bit that is set in ``size``.

    Examples
    --------
    >>> frontier = Frontier(size=0, roots=())
    >>> for event in (b"", b"\\x00", b"\\x10"):
    ...     frontier = frontier.append(leaf_hash(event))
    >>> frontier.size, len(frontier.roots), frontier.root().hex()[:16]
    (3, 2, 'aeb6bcfe274b70a1')
    """

    size: int
    roots: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.roots) != self.size.bit_count():
            raise ParameterError(f"size={self.size} with {len(self.roots)} roots; expected one for each bit")
        if any(len(root) != HASH_BYTES for root in self.roots):
            raise ParameterError(f"a root of another length; expected {HASH_BYTES} bytes")

    def append(self, leaf: bytes) -> Frontier:
        """Return the frontier with one more leaf."""
        roots, size, node = list(self.roots), self.size, leaf
        while size & 1:
            node, size = node_hash(roots.pop(), node), size >> 1
        return Frontier(size=self.size + 1, roots=(*roots, node))

    def root(self) -> bytes:
        """Return the one hash that stands for all leaves."""
        if not self.roots:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.roots))

    def to_bytes(self) -> bytes:
        """Return the roots one after the other; the size is kept beside them."""
        return b"".join(self.roots)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Read what ``to_bytes`` made; raise ``ParameterError`` if it does not fit the size."""
        if len(data) % HASH_BYTES:
            raise ParameterError(f"{len(data)} bytes of hashes; expected a multiple of {HASH_BYTES}")
        cuts = range(0, len(data), HASH_BYTES)
        return cls(size=size, roots=tuple(data[start : start + HASH_BYTES] for start in cuts))


def frontier_of(leaves: Iterable[bytes]) -> Frontier:
    """Return the frontier of a row of leaf hashes.

    Parameters
    ----------
    leaves : iterable of bytes, 32 each

    Returns
    -------
    Frontier
    """
    return reduce(Frontier.append, leaves, Frontier(size=0, roots=()))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over a row of leaf hashes.

    Parameters
    ----------
    leaves : sequence of bytes, 32 each

    Returns
    -------
    bytes, 32
    """
    return frontier_of(leaves).root()


def roots_at(leaves: Iterable[bytes], sizes: Collection[int]) -> dict[int, bytes]:
    """Return the roots that a log had at several sizes.

    Parameters
    ----------
    leaves : iterable of bytes, 32 each
    sizes : collection of int
        Sizes that the log never had are left out.

    Returns
    -------
    dict of int to bytes, 32

    Examples
    --------
    >>> leaves = [leaf_hash(bytes([number])) for number in range(4)]
    >>> roots_at(leaves, {2, 9}) == {2: root_of(leaves[:2])}
    True
    """
    subtrees: list[bytes] = []
    roots = {0: EMPTY_ROOT} if 0 in sizes else {}
    for place, leaf in enumerate(leaves):
        node, size = leaf, place
        while size & 1:
            node, size = node_hash(subtrees.pop(), node), size >> 1
        subtrees.append(node)
        if place + 1 in sizes:
            roots[place + 1] = Frontier(size=place + 1, roots=tuple(subtrees)).root()
    return roots


def inclusion_paths(leaves: Sequence[bytes], indexes: Collection[int]) -> tuple[bytes, ...]:
    """Return the hashes that lead from several leaves to the root together, each hash once.

    They are the roots of the largest subtrees that hold none of the leaves, from left to right.

    Parameters
    ----------
    leaves : sequence of bytes, 32 each
    indexes : collection of int, 0 <= index < len(leaves)

    Returns
    -------
    tuple of bytes, 32 each

    Examples
    --------
    >>> leaves = [leaf_hash(bytes([number])) for number in range(4)]
    >>> inclusion_paths(leaves, {0, 1}) == (node_hash(leaves[2], leaves[3]),)
    True
    """
    for index in indexes:
        if not 0 <= index < len(leaves):
            raise ParameterError(f"index={index}; expected 0 to {len(leaves) - 1}")
    return tuple(_roots_beside(leaves, set(indexes), 0))


def _roots_beside(leaves: Sequence[bytes], indexes: Set[int], start: int) -> Iterator[bytes]:
    """Yield the roots of the largest subtrees without ``indexes``; the leaves are those from ``start`` on."""
    if indexes.isdisjoint(range(start, start + len(leaves))):
        yield root_of(leaves)
    elif len(leaves) > 1:
        split = _split(len(leaves))
        yield from _roots_beside(leaves[:split], indexes, start)
        yield from _roots_beside(leaves[split:], indexes, start + split)


def consistency_path(leaves: Sequence[bytes], size: int) -> tuple[bytes, ...]:
    """Return the hashes that prove that the first ``size`` leaves were only appended to.

    Parameters
    ----------
    leaves : sequence of bytes
    size : int, 1 <= size <= len(leaves)
        Of the earlier log.

    Returns
    -------
    tuple of bytes, 32 each
    """
    if not 1 <= size <= len(leaves):
        raise ParameterError(f"size={size}; expected 1 to {len(leaves)}")
    return _subproof(leaves, size, whole=True)


def _subproof(leaves: Sequence[bytes], size: int, *, whole: bool) -> tuple[bytes, ...]:
    if size == len(leaves):
        return () if whole else (root_of(leaves),)
    split = _split(len(leaves))
    if size <= split:
        return (*_subproof(leaves[:split], size, whole=whole), root_of(leaves[split:]))
    return (*_subproof(leaves[split:], size - split, whole=False), root_of(leaves[:split]))


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)
