"""What people press and type on the way of a demand: each step begins where its button stands, and ends after it."""

from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect


def todo_line(page: Page, title: str) -> Locator:
    """The line of this demand on the home page."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=title, exact=True))


def open_from_home(page: Page, title: str) -> Page:
    todo_line(page, title).locator(".act").get_by_role("link").click()
    return page


def choose(page: Page, question: str, words: str) -> None:
    """Pick the one answer of a list that contains these words."""
    box = page.get_by_label(question)
    option = box.locator("option", has_text=words)
    expect(option).to_have_count(1)
    box.select_option(value=option.get_attribute("value"))


def done(page: Page, label: str, state: str) -> None:
    """The page after a move: what was done, and where the demand stands now."""
    expect(page.get_by_role("status")).to_contain_text(f"已完成：{label}")
    expect(page.locator(".case-h")).to_contain_text(state)


def accept(page: Page, *, klass: str, matter: str) -> None:
    page.get_by_label(klass, exact=True).check()
    choose(page, "职责清单事项", matter)


def record_contact(page: Page, *, person: str, summary: str) -> None:
    page.get_by_role("link", name="登记首联").click()
    page.get_by_label("电话", exact=True).check()
    page.get_by_label("联系了谁").fill(person)
    page.get_by_label("沟通内容").fill(summary)


def plan(page: Page, steps: Sequence[tuple[str, str]]) -> None:
    page.get_by_role("link", name="登记方案").click()
    for n, (step, day) in enumerate(steps):
        page.get_by_label(f"步骤 {n + 1}", exact=True).fill(step)
        page.get_by_label("完成日期").nth(n).fill(day)


def submit_result(page: Page, *, outcome: str, text: str, evidence: str) -> None:
    page.get_by_role("link", name="提交结果").click()
    page.get_by_label(outcome, exact=True).check()
    page.get_by_label("给企业的答复").fill(text)
    page.get_by_label("依据与佐证").fill(evidence)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).click()
