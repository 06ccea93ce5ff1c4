"""One hash over many texts in their order: the Merkle tree hash of RFC 6962, section 2.1, with SHA-256."""

import hashlib


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
