"""One hash over many texts in their order: the Merkle tree hash of RFC 6962, section 2.1, with SHA-256."""

import hashlib
from collections.abc import Iterable


class MerkleTree:
    """The root over leaves that come one after another, however many: one hash is kept for each level.

    A leaf is hashed with the byte 0 before it and a node with the byte 1 before its two children, so that no list of
    leaves has the root of another. Nothing at all has the root SHA-256("").
    """

    def __init__(self) -> None:
        self.leaves = 0
        self._peaks: list[tuple[int, bytes]] = []  # whole subtrees from left to right: leaves in them, hash

    def add(self, leaf: str) -> None:
        """Append a leaf, which is hashed as UTF-8."""
        size, node = 1, hashlib.sha256(b"\x00" + leaf.encode("utf-8")).digest()
        while self._peaks and self._peaks[-1][0] == size:
            size, node = size * 2, _node(self._peaks.pop()[1], node)
        self._peaks.append((size, node))
        self.leaves += 1

    def root(self) -> str:
        """The root over the leaves so far, as 64 hexadecimal characters."""
        if not self._peaks:
            return hashlib.sha256(b"").hexdigest()
        *left, (_size, node) = self._peaks
        for _size, peak in reversed(left):
            node = _node(peak, node)
        return node.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion(leaves: Iterable[str], wanted: str) -> list[tuple[str, str]] | None:
    """What leads from one leaf to the root: on which side each other hash stands ("left", "right"), and the hash.

    None when the leaf is not among them. Leaves are read once, and as little is kept as for the root.
    """
    path: list[tuple[str, str]] = []
    peaks: list[tuple[int, bytes, bool]] = []  # as in MerkleTree, and whether the leaf is in it
    for leaf in leaves:
        size, node, inside = 1, hashlib.sha256(b"\x00" + leaf.encode("utf-8")).digest(), leaf == wanted
        while peaks and peaks[-1][0] == size:
            _size, left, left_inside = peaks.pop()
            size, node, inside = size * 2, _joined(path, left, node, left_inside, inside), left_inside or inside
        peaks.append((size, node, inside))
    if not any(inside for _size, _node, inside in peaks):
        return None
    _size, node, inside = peaks.pop()
    for _size, peak, peak_inside in reversed(peaks):
        node, inside = _joined(path, peak, node, peak_inside, inside), peak_inside or inside
    return path


def _joined(path: list[tuple[str, str]], left: bytes, right: bytes, in_left: bool, in_right: bool) -> bytes:
    if in_left:
        path.append(("right", right.hex()))
    elif in_right:
        path.append(("left", left.hex()))
    return _node(left, right)
