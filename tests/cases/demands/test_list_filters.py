"""Every filter in the address: what it finds, what it leaves out, and what a bad one does."""

from datetime import timedelta

import pytest

from cases.demands import moves
from cases.demands.enums import CaseState, Confirmation, Klass, Outcome
from parties.roles import Role
from tests.factories import NOW, actor, case_in, later
from tests.pages import text

LIST = "/demands/"


def found(browser, **wanted):
    answer = browser.get(LIST, wanted)
    assert answer.status_code == 200
    return [row.title for row in answer.context["rows"]]


def chips(browser, **wanted):
    return [chip["words"] for chip in browser.get(LIST, wanted).context["chips"]]


def test_several_states_are_found_together(town, sign_in):
    for state in ("SUBMITTED", "ACCEPTED", "IN_PROGRESS", "CLOSED"):
        case_in(state, town=town, title=state)
    browser = sign_in(town.intake)
    assert found(browser, state=["ACCEPTED", "SUBMITTED"]) == ["SUBMITTED", "ACCEPTED"]
    assert found(browser, state=["CLOSED", "SUBMITTED"]) == ["CLOSED", "SUBMITTED"]
    assert found(browser, state=["CLOSED", "ALL"]) == ["CLOSED", "IN_PROGRESS", "ACCEPTED", "SUBMITTED"]
    assert found(browser, state=["NONSENSE", "CLOSED"]) == ["CLOSED"]


def test_class_urgency_and_round_are_filters(town, sign_in):
    case_in("ACCEPTED", town=town, title="咨询", klass=Klass.INQUIRY)
    case_in("ACCEPTED", town=town, title="急", urgent=True)
    browser = sign_in(town.intake)
    assert found(browser, klass="INQUIRY") == ["咨询"]
    assert found(browser, klass="HARD") == []
    assert found(browser, urgent="1") == ["急"]
    assert found(browser, round="1") == ["咨询", "急"]
    assert found(browser, round="2") == []


def test_an_office_filters_by_the_department_and_nobody_else_does(town, sign_in):
    case_in("DISPATCHED", town=town, title="能源局的")
    case_in("ACCEPTED", town=town, title="还没有派")
    energy, housing, far = (str(place.public_id) for place in (town.energy, town.housing, town.far_department))
    browser = sign_in(town.dispatcher)
    assert found(browser, lead=energy) == ["能源局的"]
    assert found(browser, lead=housing) == []
    assert found(browser, lead=far) == ["还没有派", "能源局的"]  # not among those it may see: as good as none
    assert "杭锦旗能源局" not in browser.get(LIST, {"all": "1"}).content.decode()
    assert found(sign_in(town.liaison), lead=housing) == ["能源局的"]
    assert "住建局" not in browser.get(LIST).content.decode()


def test_a_department_filters_by_its_own_handlers(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, title="第一位")
    other = case_in("IN_PROGRESS", town=town, title="第二位")
    by = actor(town.liaison, later(hours=2))
    moves.name_handler(other.pk, by=by, seen=other.head_seq, handler=town.second_handler, reason="分工")
    browser = sign_in(town.liaison)
    assert case.handler_id == town.handler.user_id
    assert found(browser, handler=str(town.handler.public_id)) == ["第一位"]
    assert found(browser, handler=str(town.second_handler.public_id)) == ["第二位"]
    stranger = town.at(town.housing, Role.HANDLER)
    assert len(found(browser, handler=str(stranger.public_id))) == 2
    assert len(found(sign_in(town.dispatcher), handler=str(town.handler.public_id))) == 2


def test_results_and_the_firms_answer_are_looked_for_in_every_state(town, sign_in):
    case_in("CLOSED", town=town, title="解决了")
    case_in("CLOSED", town=town, title="没有解决", outcome=Outcome.IMPOSSIBLE, confirmation=Confirmation.UNSOLVED)
    case_in("RESULT_REVIEW", town=town, title="待审签")
    browser = sign_in(town.intake)
    assert found(browser, outcome="SOLVED") == ["待审签", "解决了"]
    assert found(browser, outcome="IMPOSSIBLE") == ["没有解决"]
    assert found(browser, confirmation="UNSOLVED") == ["没有解决"]
    assert found(browser, outcome="SOLVED", state="CLOSED") == ["解决了"]


def test_a_firm_finds_an_outcome_only_once_it_is_signed(town, sign_in):
    case_in("RESULT_REVIEW", town=town, title="还没有审签")
    browser = sign_in(town.staff)
    assert found(browser, outcome="SOLVED") == []
    case_in("AWAIT_CONFIRM", town=town, title="已审签")
    case_in("CLOSED", town=town, title="已办结")
    assert found(browser, outcome="SOLVED") == ["已办结", "已审签"]


def test_what_is_due_within_three_working_days_is_found(town, sign_in):
    case_in("IN_PROGRESS", town=town, title="三天", contacted=True)  # the plan is due after three working days
    case_in("AWAIT_CONFIRM", town=town, title="七天")
    case_in("SUBMITTED", town=town, title="今天")
    case_in("SUBMITTED", town=town, title="已超期", start=NOW - timedelta(days=9))
    browser = sign_in(town.intake)
    assert found(browser, due="soon") == ["今天", "三天"]
    assert found(browser, due="late") == ["已超期"]


def test_days_of_submission_and_closing_are_whole_days_of_ours(town, sign_in, clock):
    case_in("SUBMITTED", town=town, title="二十日", start=NOW - timedelta(days=3))
    case_in("SUBMITTED", town=town, title="今天零点后", start=NOW.replace(hour=0, minute=1))
    case_in("SUBMITTED", town=town, title="今天")
    browser = sign_in(town.intake)
    assert found(browser, submitted_from="2026-11-23") == ["今天零点后", "今天"]
    assert found(browser, submitted_to="2026-11-22") == ["二十日"]
    assert found(browser, submitted_from="2026-11-20", submitted_to="2026-11-20") == ["二十日"]
    case_in("CLOSED", town=town, title="办结", start=NOW - timedelta(days=1))
    assert found(browser, closed_from="2026-11-22", closed_to="2026-11-22") == ["办结"]
    assert found(browser, closed_from="2026-11-23") == []


@pytest.mark.parametrize("bad", ["昨天", "2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_bad_date_gets_a_sentence_and_the_rest_of_the_filter_holds(town, sign_in, bad):
    case_in("SUBMITTED", town=town, title="受理")
    case_in("ACCEPTED", town=town, title="派单")
    answer = sign_in(town.intake).get(LIST, {"submitted_from": bad, "state": "ACCEPTED"})
    assert [row.title for row in answer.context["rows"]] == ["派单"]
    assert f"“{bad}”不是日期，请按 2026-11-23 的样子填写" in text(answer.content.decode())


@pytest.mark.parametrize(
    "garbage", [{"klass": "X"}, {"round": "9"}, {"lead": "x"}, {"handler": "'"}, {"sort": "title"}, {"outcome": "?"}]
)
def test_a_value_nobody_offers_is_as_good_as_none(town, sign_in, garbage):
    case_in("SUBMITTED", town=town, title="还在")
    for who in (town.intake, town.staff):
        browser = sign_in(who)
        assert found(browser, **garbage) == ["还在"]
        assert chips(browser, **garbage) == []


def test_the_order_is_chosen_among_those_that_have_an_index(town, sign_in):
    case_in("SUBMITTED", town=town, title="一", start=NOW)
    case_in("SUBMITTED", town=town, title="二", start=NOW - timedelta(days=5))
    browser = sign_in(town.intake)
    assert found(browser) == ["二", "一"]
    assert found(browser, sort="new") == ["二", "一"]
    assert found(browser, sort="old") == ["一", "二"]
    assert found(browser, sort="old", state="ALL") == ["一", "二"]


def test_chosen_filters_stand_as_words_that_can_be_taken_away(town, sign_in):
    case_in("ACCEPTED", town=town, title="在")
    browser = sign_in(town.dispatcher)
    wanted = {"state": ["ACCEPTED", "SUBMITTED"], "category": town.power.pk, "lead": str(town.energy.public_id)}
    assert chips(browser, **wanted) == ["状态：待受理", "状态：待派单", "类别：用电用能", "主办部门：市能源局"]
    urls = [chip["url"] for chip in browser.get(LIST, wanted).context["chips"]]
    assert urls[0] == f"/demands/?state=ACCEPTED&category={town.power.pk}&lead={town.energy.public_id}"
    assert urls[3] == f"/demands/?state=SUBMITTED&state=ACCEPTED&category={town.power.pk}"
    assert [row.title for row in browser.get(urls[3]).context["rows"]] == ["在"]


def test_all_filters_are_drawn_when_asked_for_or_when_one_is_in_use(town, sign_in):
    case_in("SUBMITTED", town=town)
    browser = sign_in(town.intake)
    assert [box.name for box in browser.get(LIST).context["filters"]] == ["q", "state", "category", "district", "due"]
    for wanted in ({"all": "1"}, {"klass": "HARD"}, {"state": ["SUBMITTED", "ACCEPTED"]}, {"closed_to": "x"}):
        names = [box.name for box in browser.get(LIST, wanted).context["filters"]]
        assert {"klass", "lead", "sort", "closed_from"} <= set(names)
        assert "handler" not in names


def test_every_filter_counts_what_it_lists(town, sign_in):
    for state in CaseState:
        if state != CaseState.DRAFT:
            case_in(state, town=town)
    for who in (town.intake, town.liaison, town.staff):
        browser = sign_in(who)
        for wanted in ({"klass": "COMPLEX"}, {"outcome": "SOLVED"}, {"due": "soon"}, {"closed_from": "2026-11-01"}):
            answer = browser.get(LIST, wanted)
            assert answer.context["total"] == str(len(answer.context["rows"]))
