"""What is different between two texts, as a reader sees it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.symposia.comparing import ADDED, CHANGED, REMOVED, SAME, Paragraph, Piece, compare, pieces

pytestmark = pytest.mark.every_page  # no database is asked


def test_a_changed_day_is_one_word_and_the_rest_of_the_paragraph_is_the_same() -> None:
    assert pieces("于2026年12月15日以前办结。", "于2026年12月20日以前办结。") == (
        Piece(SAME, "于"),
        Piece(REMOVED, "2026年12月15日"),
        Piece(ADDED, "2026年12月20日"),
        Piece(SAME, "以前办结。"),
    )


def test_single_characters_left_between_two_changes_are_shown_as_changed_with_them() -> None:
    assert pieces("由市能源局牵头办理", "由市住建局牵头办理") == (
        Piece(SAME, "由市"),
        Piece(REMOVED, "能源"),
        Piece(ADDED, "住建"),
        Piece(SAME, "局牵头办理"),
    )
    assert [piece.text for piece in pieces("一二甲三四", "五六甲七八")] == ["一二甲三四", "五六甲七八"]


def test_paragraphs_added_taken_out_and_changed_stand_where_they_belong() -> None:
    found = compare(["开头", "同意分期供地。", "不再需要的一段"], ["开头", "原则同意分期供地。", "另加上的文字"])
    assert [paragraph.kind for paragraph in found] == [SAME, CHANGED, ADDED, REMOVED]
    assert found[0] == Paragraph(SAME, (Piece(SAME, "开头"),))


def test_in_a_very_long_paragraph_whole_sentences_are_compared() -> None:
    many = [f"第{n}句说明办理情况。" for n in range(1_000)]
    before, after = "".join(many), "".join([*many[:500], "另有一句。", *many[501:]])
    changed = [piece.text for piece in compare([before], [after])[0].pieces if piece.kind != SAME]
    assert changed == ["第500句说明办理情况。", "另有一句。"]


LINES = st.lists(st.text("甲乙丙丁1 。", max_size=12), max_size=5)


@given(LINES, LINES)
@settings(max_examples=150, deadline=None)
def test_both_texts_can_be_read_out_of_the_comparison(old: list[str], new: list[str]) -> None:
    def read(kinds: set[str]) -> list[str]:
        return [
            "".join(piece.text for piece in paragraph.pieces if piece.kind in {*kinds, SAME})
            for paragraph in compare(old, new)
            if paragraph.kind in {*kinds, SAME, CHANGED}
        ]

    assert read({ADDED}) == new
    assert read({REMOVED}) == old
