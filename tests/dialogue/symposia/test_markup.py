"""The marked text of a section: what it says, what is missing, and the numbers of its items."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.symposia import markup
from dialogue.symposia.markup import ItemLine, Parsed

pytestmark = pytest.mark.every_page  # no database is asked

TEXT = """市自然资源局介绍了用地报批进展。

【议定】同意分期供地，由市自然资源局办理。
【任务3】完成二期用地规划条件复核｜牵头：市自然资源局｜配合：市住建局、市能源局｜责任人：赵喆｜期限：2026-12-15
【任务】答复企业 | 牵头部门:市住建局 | 完成期限:2026年12月1日
"""
CHECKED = ItemLine(
    3, "完成二期用地规划条件复核", "市自然资源局", ("市住建局", "市能源局"), "赵喆", date(2026, 12, 15), 4
)
ANSWERED = ItemLine(None, "答复企业", "市住建局", (), "", date(2026, 12, 1), 5)


def test_a_section_says_what_was_said_decided_and_given_to_whom() -> None:
    assert markup.parse(TEXT) == Parsed(
        ("市自然资源局介绍了用地报批进展。",),
        ("同意分期供地，由市自然资源局办理。",),
        (CHECKED, ANSWERED),
    )


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("【任务】", ["没有写任务事项", "没有写牵头部门", "没有写完成期限"]),
        ("【任务】答复｜牵头：甲局", ["没有写完成期限"]),
        ("【任务】答复｜期限：2026-12-15", ["没有写牵头部门"]),
        ("【任务】答复｜牵头：甲局｜期限：下月底", ["看不懂期限“下月底”：请写成 2026-12-15"]),
        ("【任务】答复｜牵头：甲局｜期限：2026-02-30", ["看不懂期限“2026-02-30”：请写成 2026-12-15"]),
        ("【任务】答复｜牵头：甲局｜牵头：乙局｜期限：2026-12-15", ["“牵头”写了两次"]),
        ("【任务】答复｜牵头：甲局｜配合：甲局｜期限：2026-12-15", ["牵头部门又写成了配合部门"]),
        ("【任务】答复｜甲局｜牵头：甲局｜期限：2026-12-15", ["不认识“甲局”：应写牵头、配合、责任人或期限，加冒号"]),
        ("【议定】", ["【议定】后面没有写内容"]),
        ("【任务 答复", ["标记没有写完整：应为【议定】或【任务】"]),
        ("任务：答复｜牵头：甲局", ["标记没有写完整：应为【议定】或【任务】"]),
        ("【强调】这是说过的话", []),
    ],
)
def test_what_is_missing_in_a_line_is_said_in_words(line: str, sentences: list[str]) -> None:
    faults = markup.parse(f"说过的话\n{line}").faults
    assert [fault.sentence for fault in faults] == sentences
    assert {fault.line for fault in faults} <= {2}


def test_a_number_that_two_items_have_is_a_fault_of_the_second() -> None:
    complete = "【任务1】答复｜牵头：甲局｜期限：2026-12-15"
    fault = markup.parse(f"{complete}\n{complete}").faults[0]
    assert (fault.line, fault.number) == (2, 1)


def test_items_without_a_number_get_the_next_ones_and_an_invented_number_is_none() -> None:
    text = "【任务】甲\n说过的话\n  【任务2】乙\n【任务９】丙"
    assert markup.numbered(text, 3) == ("【任务4】甲\n说过的话\n  【任务2】乙\n【任务5】丙", 5)
    assert markup.numbered("【任务4】甲", 5) == ("【任务4】甲", 5)


MARKED = st.lists(
    st.one_of(
        st.text("甲乙：:｜|、，【】议定任务 3２-", max_size=20),
        st.tuples(
            st.sampled_from(["【任务】", "【任务2】", "【任务99】"]),
            st.text("甲乙丙 ", max_size=6),
            st.sampled_from(["", "｜牵头：甲局", "|牵头：乙局|配合：甲局、丙局", "｜责任人：丁"]),
            st.sampled_from(["", "｜期限：2026-12-15", "｜期限：2026年1月2日", "｜期限：明天"]),
        ).map("".join),
        st.text("甲乙丙", max_size=8).map("【议定】{}".format),
    ),
    max_size=6,
).map("\n".join)


def without_lines(parsed: Parsed) -> Parsed:
    """The same wherever it stands in a text: to compare two."""
    return replace(parsed, items=tuple(replace(item, line=0) for item in parsed.items), faults=())


@given(MARKED, st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_whatever_is_written_can_be_read_and_written_back_and_says_the_same(text: str, given_before: int) -> None:
    parsed = markup.parse(text)
    assert without_lines(markup.parse(markup.written(parsed))) == without_lines(parsed)
    with_numbers, given_now = markup.numbered(text, given_before)
    items = markup.parse(with_numbers).items
    assert all(item.number is not None and 1 <= item.number <= given_now for item in items)
    assert markup.numbered(with_numbers, given_now) == (with_numbers, given_now)
    assert [item.words for item in items] == [item.words for item in parsed.items]
