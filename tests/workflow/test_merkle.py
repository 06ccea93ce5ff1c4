"""The Merkle root: that of RFC 6962, and another one whatever is changed among the leaves."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.merkle import MerkleTree

leaves = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=40)


def root(texts: list[str]) -> str:
    tree = MerkleTree()
    for text in texts:
        tree.add(text)
    assert tree.leaves == len(texts)
    return tree.root()


def as_the_rfc_defines_it(texts: list[str]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    n = len(texts)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + texts[0].encode()).digest()
    k = 1
    while k * 2 < n:
        k *= 2
    return hashlib.sha256(b"\x01" + as_the_rfc_defines_it(texts[:k]) + as_the_rfc_defines_it(texts[k:])).digest()


@given(leaves)
def test_the_root_is_that_of_rfc_6962(texts: list[str]) -> None:
    assert root(texts) == as_the_rfc_defines_it(texts).hex()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        # the first leaf of the reference tests of Certificate Transparency: the empty one
        ([""], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ],
)
def test_roots_that_others_have_published(texts: list[str], expected: str) -> None:
    assert root(texts) == expected


@given(leaves.filter(bool), st.data())
def test_any_other_leaf_gives_another_root(texts: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(texts) - 1))
    other = data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(lambda it: it != texts[at]))
    assert root([*texts[:at], other, *texts[at + 1 :]]) != root(texts)


@given(leaves, st.data())
def test_a_leaf_more_or_less_or_elsewhere_gives_another_root(texts: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(texts)))
    more = [*texts[:at], data.draw(st.sampled_from(["", *texts])), *texts[at:]]
    assert root(more) != root(texts)
    moved = data.draw(st.permutations(texts))
    assert (root(moved) == root(texts)) == (moved == texts)


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    left, right = (hashlib.sha256(b"\x00" + text.encode()).digest() for text in ("a", "b"))
    assert root(["a", "b"]) != hashlib.sha256(b"\x00" + left + right).hexdigest()
