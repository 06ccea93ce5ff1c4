"""Saved filters and chosen columns: whose they are, who sees them, and that a counter equals the list of its reader."""

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse

from cases.demands import saved
from cases.demands.choices import choices_for
from cases.demands.columns import COLUMNS, USUAL
from cases.demands.enums import CaseState
from cases.demands.filters import read
from cases.demands.models import SavedFilter
from foundation.errors import NotVisible, NotYours, Refused
from parties.roles import Role
from tests.factories import actor, case_in, member
from tests.pages import FRAME, fields, statements, text

LIST, FILTERS, COLUMNS_PAGE = reverse("demands:list"), reverse("demands:filters"), reverse("demands:columns")


def keep(who, query, name="复杂的", **more):
    by = actor(who)
    wishes, _faults = read(QueryDict(query), choices_for(by, people=True), by)
    return saved.save_filter(by=by, name=name, wishes=wishes, **more)


def shown(browser, query=""):
    """Label → number of everything that stands above the list."""
    return {str(one["label"]): one["number"] for one in browser.get(f"{LIST}?{query}").context["saved"]}


def rows(browser, query):
    return [row.title for row in browser.get(f"{LIST}?{query}").context["rows"]]


@pytest.fixture
def one_of_each(town):
    for state in CaseState:
        if state != CaseState.DRAFT:
            case_in(state, town=town, title=state.value)


def test_a_filter_is_saved_from_the_list_by_its_form_and_stands_above_it(town, sign_in, one_of_each):
    browser = sign_in(town.intake)
    page = browser.get(f"{LIST}?state=CLOSED&klass=COMPLEX&nonsense=1&after=x").content.decode()
    form = fields(page)
    assert form["query"] == "state=CLOSED&klass=COMPLEX"
    answer = browser.post(FILTERS, form | {"name": " 复杂 办结 "})
    assert answer.url == f"{LIST}?state=CLOSED&klass=COMPLEX"
    assert shown(browser)["复杂 办结"] == "1"
    assert [one["label"] for one in browser.get(answer.url).context["saved"] if one["current"]] == ["复杂 办结"]


def test_sending_the_form_twice_saves_once(town, sign_in):
    browser = sign_in(town.intake)
    form = {"name": "急", "query": "urgent=1", "idempotency_key": "k1"}
    first, second = browser.post(FILTERS, form), browser.post(FILTERS, form)
    assert first.url == second.url
    assert SavedFilter.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "  ", "query": "urgent=1"}, "请给这个筛选起个名字"),
        ({"name": "有", "query": "urgent=1"}, "您已有同名的筛选，请换一个名字"),
        ({"name": "长" * 31, "query": "urgent=1"}, "名字太长，最多 30 个字"),
        ({"name": "空", "query": "state=NONSENSE"}, "没有选择任何筛选条件，不用另存"),
    ],
)
def test_what_cannot_be_saved_is_said_and_stays_typed(town, sign_in, typed, sentence):
    keep(town.intake, "klass=HARD", name="有")
    answer = sign_in(town.intake).post(FILTERS, typed)
    assert answer.status_code == 422
    assert sentence in text(answer.content.decode())
    assert f'value="{typed["name"]}"' in answer.content.decode()
    assert SavedFilter.objects.count() == 1


@pytest.mark.every_page
def test_every_counter_equals_the_list_of_its_reader_in_every_role(town, sign_in, one_of_each):
    """Shared by one colleague, read by all posts of the organisation: each counts what they may open, no more."""
    case_in("ACCEPTED", town=town, firm=town.far_firm, title="别旗的")
    for place, keeper in ((town.office, town.intake), (town.energy, town.liaison), (town.firm, town.staff)):
        for n, query in enumerate(("state=ALL", "klass=COMPLEX", "outcome=SOLVED", "due=soon", "q=公司&state=ALL")):
            keep(keeper, query, name=f"{place.name}{n}", shared=True)
    seen = set()
    for membership in town.everybody:
        browser = sign_in(membership)
        for one in browser.get(LIST).context["saved"]:
            answer = browser.get(one["url"])
            assert one["number"] == str(len(answer.context["rows"])) == answer.context["total"], (membership, one)
            seen.add(str(one["label"]))
    assert len([label for label in seen if label[-1] in "01234"]) == 15


def test_a_shared_filter_is_seen_in_its_organisation_alone(town, sign_in):
    keep(town.intake, "klass=HARD", name="我们的", shared=True)
    keep(town.intake, "klass=INQUIRY", name="我的")
    assert {"我们的", "我的"} <= set(shown(sign_in(town.intake)))
    assert "我们的" in shown(sign_in(town.dispatcher))
    assert "我的" not in shown(sign_in(town.dispatcher))
    for stranger in (town.liaison, town.staff, town.at(town.other_office, Role.INTAKE)):
        assert not {"我们的", "我的"} & set(shown(sign_in(stranger)))


def test_a_filter_belongs_to_the_post_in_which_it_was_saved(town, sign_in):
    keep(town.intake, "klass=HARD", name="受理员的")
    elsewhere = member(town.other_office, Role.INTAKE, person=town.intake.user)
    assert "受理员的" not in shown(sign_in(elsewhere))


def test_only_its_owner_changes_a_shared_filter(town, sign_in):
    row = keep(town.intake, "klass=HARD", shared=True)
    colleague, stranger = actor(town.dispatcher), actor(town.liaison)
    for attempt in (
        lambda by: saved.change_filter(row.public_id, by=by, name="改", shared=True, pinned=False),
        lambda by: saved.delete_filter(row.public_id, by=by),
        lambda by: saved.move_filter(row.public_id, by=by, down=True),
        lambda by: saved.choose_columns(by=by, columns=["number"], saved=row.public_id),
    ):
        with pytest.raises(NotYours):
            attempt(colleague)
        with pytest.raises(NotVisible):
            attempt(stranger)
    address = reverse("demands:filter", args=[row.public_id])
    assert sign_in(town.dispatcher).post(address, {"do": "delete"}).status_code == 403
    assert sign_in(town.liaison).post(address, {"do": "delete"}).status_code == 404
    assert SavedFilter.objects.get().name == "复杂的"


def test_its_owner_renames_pins_orders_and_deletes(town, sign_in):
    for name in ("甲", "乙", "丙"):
        keep(town.intake, f"q={name}", name=name)
    browser = sign_in(town.intake)

    def press(which, **typed):
        row = SavedFilter.objects.get(name=which)
        assert browser.post(reverse("demands:filter", args=[row.public_id]), typed).status_code == 302

    def order():
        return [view.name for view in saved.views_of(actor(town.intake))[0]]

    press("丙", do="up")
    assert order() == ["甲", "丙", "乙"]
    press("甲", do="down")
    assert order() == ["丙", "甲", "乙"]
    press("乙", do="down")
    assert order() == ["丙", "甲", "乙"]
    press("乙", do="change", name="乙二", pinned="on")
    assert order() == ["乙二", "丙", "甲"]
    press("丙", do="delete")
    assert order() == ["乙二", "甲"]
    assert "乙二" in text(browser.get(FILTERS).content.decode())


def test_twelve_are_counted_and_the_others_stand_under_more(town, sign_in):
    for n in range(14):
        keep(town.intake, f"q=第{n}", name=f"筛选{n:02}")
    case_in("SUBMITTED", town=town)
    browser = sign_in(town.intake)
    answer = browser.get(LIST)
    assert sum(str(one["label"]).startswith("筛选") for one in answer.context["saved"]) == 12
    assert [view.name for view in answer.context["more_saved"]] == ["筛选12", "筛选13"]
    assert len(statements(browser, LIST)) == FRAME - 1 + 4


def test_nobody_saves_or_shares_without_end(town):
    for n in range(saved.MOST_OWN):
        keep(town.intake, "klass=HARD", name=str(n), shared=True)
    with pytest.raises(Refused, match="最多存 30 个筛选"):
        keep(town.intake, "klass=HARD", name="多了")
    with pytest.raises(Refused, match="共享的筛选已有 30 个"):
        keep(town.second_intake, "klass=HARD", name="也共享", shared=True)
    assert keep(town.second_intake, "klass=HARD", name="不共享").shared is False


def test_columns_without_a_name_are_ones_own_by_constraint(town):
    common = {"owner": town.intake.user, "organisation_id": town.office.pk, "name": ""}
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.create(**common, shared=True)
    SavedFilter.objects.create(**common, columns="number")
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.create(**common)


# --- columns ---


def names(browser, query=""):
    return [column.name for column in browser.get(f"{LIST}?{query}").context["columns"]]


def test_columns_are_chosen_and_ordered_by_a_form_and_remembered_for_the_post(town, sign_in):
    case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.liaison)
    assert names(browser) == list(USUAL)
    form = fields(browser.get(COLUMNS_PAGE).content.decode())
    typed = {"column": ["title", "number", "handler"], "at_title": "2", "at_number": "1", "at_handler": "3"}
    assert browser.post(COLUMNS_PAGE, form | typed).url == LIST
    assert names(browser) == ["number", "title", "handler"]
    page = browser.get(LIST).content.decode()
    assert town.handler.user.name in page
    assert names(sign_in(town.handler)) == list(USUAL)
    browser.post(COLUMNS_PAGE, {"usual": "1", "column": "number"})
    assert names(browser) == list(USUAL)


def test_a_saved_filter_has_columns_of_its_own(town, sign_in):
    case_in("CLOSED", town=town)
    keep(town.intake, "state=CLOSED", name="办结的")
    browser = sign_in(town.intake)
    browser.post(f"{COLUMNS_PAGE}?state=CLOSED", {"column": ["outcome", "confirmation"]})
    assert names(browser, "state=CLOSED") == ["title", "outcome", "confirmation"]
    assert names(browser) == list(USUAL)


def test_every_column_says_what_it_should(town, sign_in):
    case = case_in("CLOSED", town=town)
    browser = sign_in(town.intake)
    browser.post(COLUMNS_PAGE, {"column": list(COLUMNS)} | {f"at_{n}": i for i, n in enumerate(COLUMNS, start=1)})
    row = browser.get(f"{LIST}?state=CLOSED").context["rows"][0]
    assert [text(str(cell)) for cell in row.cells][1:] == [
        "已办结",
        case.title,
        "甲公司",
        "用电用能 · 复杂",
        "东胜区",
        case.number,
        "市能源局",
        town.handler.user.name,
        "用电用能",
        "复杂",
        "11月23日",
        "11月23日",
        "第 1 轮",
        "解决",
        "已解决",
    ]


def test_a_firm_reads_no_outcome_in_the_list_before_it_is_signed(town, sign_in):
    case_in("RESULT_REVIEW", town=town)
    case_in("AWAIT_CONFIRM", town=town)
    for who, told in ((town.staff, ["", "解决"]), (town.intake, ["解决", "解决"])):
        browser = sign_in(who)
        browser.post(COLUMNS_PAGE, {"column": ["title", "outcome"]})
        assert [str(row.cells[1]) for row in browser.get(f"{LIST}?sort=old").context["rows"]] == told


def test_all_columns_take_the_same_four_statements_at_one_row_and_at_three(town, sign_in):
    browser = sign_in(town.liaison)
    browser.post(COLUMNS_PAGE, {"column": list(COLUMNS)})
    keep(town.liaison, f"handler={town.handler.public_id}", name="承办", shared=True)
    case_in("IN_PROGRESS", town=town)
    assert len(statements(browser, LIST)) == FRAME - 1 + 4
    case_in("CLOSED", town=town)
    case_in("IN_PROGRESS", town=town)
    assert len(statements(browser, f"{LIST}?state=ALL")) == FRAME - 1 + 4


def test_columns_nobody_knows_are_left_out_and_the_title_stays(town, sign_in):
    browser = sign_in(town.intake)
    case_in("SUBMITTED", town=town)
    browser.post(COLUMNS_PAGE, {"column": ["password", "number"]})
    assert names(browser) == ["title", "number"]
