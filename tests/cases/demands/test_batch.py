"""One action on many demands: each row by itself, once, with its own result."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.demands import batch, moves
from cases.demands.enums import CaseState, Klass
from cases.demands.models import BatchRow, BatchRun, Case, Verdict
from foundation.errors import KeyReused, Refused
from foundation.identifiers import random_id
from parties.roles import Role
from tests.factories import actor, case_in, later
from tests.pages import FRAME, fields, statements, text
from workflow import registry
from workflow.models import Event
from workflow.specs import specs

BATCH, LIST = reverse("demands:batch"), reverse("demands:list")


def row(case, seen=None):
    return f"{case.public_id.hex}.{case.head_seq if seen is None else seen}"


def states(*cases):
    return [Case.objects.get(pk=case.pk).state for case in cases]


def confirm_page(browser, action, *rows, **more):
    answer = browser.post(BATCH, {"action": action, "row": list(rows), **more})
    assert answer.status_code == 200, text(answer.content.decode())
    return answer


def run(browser, action, *rows, **typed):
    """Through the confirm page to the result, as a browser does it."""
    page = confirm_page(browser, action, *rows)
    form = fields(page.content.decode()) | {"row": list(rows), **typed}
    answer = browser.post(BATCH, form)
    assert answer.status_code == 302, text(answer.content.decode())
    return browser.get(answer.url), form


def verdicts(answer):
    return [str(one["verdict"]) for one in answer.context["rows"]]


def dispatching(town):
    return {"duty_item": str(town.shared.public_id), "lead": str(town.energy.public_id)}


def test_what_a_role_is_offered_on_many_is_what_its_moves_are(town):
    offered = {
        role: [spec.action for spec in batch.actions_for(actor(town.at(place, role)))]
        for place, role in (
            (town.office, Role.INTAKE),
            (town.office, Role.DISPATCHER),
            (town.energy, Role.DEPARTMENT_LIAISON),
            (town.energy, Role.HANDLER),
            (town.firm, Role.ENTERPRISE_STAFF),
        )
    }
    assert offered == {
        Role.INTAKE: ["accept", "note_internal"],
        Role.DISPATCHER: ["dispatch", "note_internal"],
        Role.DEPARTMENT_LIAISON: ["acknowledge", "name_handler", "note_internal"],
        Role.HANDLER: ["note_internal"],
        Role.ENTERPRISE_STAFF: [],
    }


def test_every_action_of_the_table_is_a_move_with_a_form_that_lacks_nothing(town, subtests):
    """What is left out of the form is given by the row or has a value of its own in the move function."""
    for action, batched in batch.BATCH.items():
        with subtests.test(action=action):
            case = case_in("SUBMITTED", town=town)
            whole = set(batch.FORMS[action].base_fields)
            asked = set(batch.form_for(action, None, case=case, actor=actor(town.intake)).fields)
            assert asked == whole - set(batched.leave_out) - {"named_knowingly"}  # asked of one hidden firm at a time
            assert hasattr(moves, specs(Case)[action].run)


def test_many_are_dispatched_at_once_and_each_is_told(town, sign_in, clock):
    cases = [case_in("ACCEPTED", town=town, title=f"第{n}件") for n in range(3)]
    clock.move_to(later(hours=1))
    answer, _form = run(sign_in(town.dispatcher), "dispatch", *map(row, cases), **dispatching(town))
    assert states(*cases) == ["DISPATCHED"] * 3
    assert verdicts(answer) == ["已办"] * 3
    assert "已办 3 件" in text(answer.content.decode())
    assert {case.lead_id for case in Case.objects.all()} == {town.energy.pk}


def test_accepting_keeps_each_category_and_takes_one_class(town, sign_in, clock):
    power = case_in("SUBMITTED", town=town)
    other = case_in("SUBMITTED", town=town, firm=town.neighbour)
    clock.move_to(later(hours=1))
    answer, _form = run(sign_in(town.intake), "accept", row(power), row(other), klass=Klass.ORDINARY)
    assert verdicts(answer) == ["已办", "已办"]
    assert set(Case.objects.values_list("klass", "category_id")) == {("ORDINARY", town.power.pk)}


def test_a_possible_duplicate_is_not_accepted_in_passing(town, sign_in, clock):
    first, second = (case_in("SUBMITTED", town=town, title=title) for title in ("甲", "乙"))
    alone = case_in("SUBMITTED", town=town, firm=town.neighbour)
    clock.move_to(later(hours=1))
    browser = sign_in(town.intake)
    page = text(confirm_page(browser, "accept", row(first), row(second), row(alone)).content.decode())
    assert page.count("该企业还有别的在办诉求，请单独受理并核对是否重复") == 2
    answer, _form = run(browser, "accept", row(first), row(second), row(alone), klass=Klass.ORDINARY)
    assert verdicts(answer) == ["未办成", "未办成", "已办"]
    assert states(first, second, alone) == ["SUBMITTED", "SUBMITTED", "ACCEPTED"]


def test_a_message_without_a_category_is_told_beforehand(town, sign_in):
    case = case_in("SUBMITTED", town=town, origin="INTAKE")
    page = confirm_page(sign_in(town.intake), "accept", row(case))
    assert "还没有类别，请单独受理" in text(page.content.decode())
    assert 'form="f"' not in page.content.decode()


def test_the_page_before_says_which_will_be_refused_and_why(town, sign_in):
    ready, late = case_in("ACCEPTED", town=town), case_in("IN_PROGRESS", town=town)
    moved = case_in("ACCEPTED", town=town)
    seen = moved.head_seq
    moves.add_internal_note(moved.pk, by=actor(town.intake, later(hours=2)), text="有新情况")
    page = confirm_page(sign_in(town.dispatcher), "dispatch", row(ready), row(late), row(moved, seen))
    words = text(page.content.decode())
    assert "选了 3 件" in words
    assert "其中 2 件现在办不成" in words
    assert "现在是“办理中”，不能“派单”" in words
    assert "您打开列表之后，本件有了变动" in words
    assert "派单 1 件" in words


def test_each_row_ends_by_itself_and_none_undoes_another(town, sign_in, clock):
    first, last = case_in("ACCEPTED", town=town), case_in("ACCEPTED", town=town)
    late, moved = case_in("IN_PROGRESS", town=town), case_in("ACCEPTED", town=town)
    hidden = case_in("ACCEPTED", town=town, firm=town.far_firm, title="别处的事")
    moves.add_internal_note(moved.pk, by=actor(town.intake, later(hours=1)), text="有新情况")
    clock.move_to(later(hours=2))
    picked = [row(case) for case in (first, late, moved, hidden, last)]
    answer, _form = run(sign_in(town.dispatcher), "dispatch", *picked, **dispatching(town))
    assert verdicts(answer) == ["已办", "未办成", "期间有变动", "未办成", "已办"]
    words = text(answer.content.decode())
    assert "已办 2 件" in words
    assert "未办成 2 件" in words
    assert "期间有变动 1 件" in words
    assert "办理了“内部备注”" in words
    assert hidden.title not in words
    assert hidden.number not in words
    assert states(first, late, moved, hidden, last) == [
        "DISPATCHED",
        "IN_PROGRESS",
        "ACCEPTED",
        "ACCEPTED",
        "DISPATCHED",
    ]


def test_sending_it_twice_does_nothing_twice(town, sign_in, clock):
    cases = [case_in("IN_PROGRESS", town=town) for _n in range(2)]
    clock.move_to(later(hours=3))
    browser = sign_in(town.handler)
    first, form = run(browser, "note_internal", *map(row, cases), text="请跟踪")
    before = Event.objects.count()
    again = browser.post(BATCH, form)
    assert again.url == first.request["PATH_INFO"]
    assert Event.objects.count() == before
    other = browser.post(BATCH, form | {"text": "另一句"})
    assert other.status_code == 409
    assert BatchRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_a_fault_interrupts_keeps_what_is_done_and_goes_on_with_the_rest(town, monkeypatch):
    """Each row is a transaction: what is committed stays, although the work for the next one fails."""
    cases = [case_in("IN_PROGRESS", town=town) for _n in range(3)]
    picked = [(case.public_id, case.head_seq) for case in cases]
    notes = Event.objects.filter(action="note_internal")
    again = {"by": actor(town.handler, later(hours=3)), "action": "note_internal", "inputs": {"text": "请跟踪"}}

    def fails_at_the_second(subject, event, by):
        if notes.count() == 2:
            raise RuntimeError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setitem(registry._subscriptions, ("case", "note_internal"), [fails_at_the_second])
        with pytest.raises(RuntimeError):
            batch.run_batch(picked, **again, key="k", digest="d")
    assert not connection.in_atomic_block
    assert list(BatchRow.objects.values_list("verdict", flat=True)) == ["DONE", "WAITING", "WAITING"]
    assert notes.count() == 1
    batch.run_batch(picked, **again, key="k", digest="d")
    assert set(BatchRow.objects.values_list("verdict", flat=True)) == {"DONE"}
    assert notes.count() == 3
    with pytest.raises(KeyReused):
        batch.run_batch(picked, **again, key="k", digest="other")


def test_a_refused_row_leaves_no_trace_of_its_move(town):
    """The verdict is written in the transaction of the move, and the move is undone to its last statement."""
    first, second = (case_in("SUBMITTED", town=town) for _n in range(2))
    events = Event.objects.count()
    batch.run_batch(
        [(first.public_id, first.head_seq)],
        by=actor(town.intake, later(hours=1)),
        action="accept",
        inputs={"klass": Klass.ORDINARY, "urgent": False},  # moves, and only then finds the other demand of the firm
        key="k",
        digest="d",
    )
    assert BatchRow.objects.get().verdict == Verdict.REFUSED
    assert Event.objects.count() == events
    assert states(first, second) == ["SUBMITTED", "SUBMITTED"]


def test_more_than_two_hundred_and_none_at_all_are_refused_with_a_sentence(town, sign_in):
    browser = sign_in(town.dispatcher)
    many = browser.post(BATCH, {"action": "dispatch", "row": [f"{random_id().hex}.1" for _n in range(201)]})
    assert many.status_code == 422
    assert "一次最多批量办理 200 件" in text(many.content.decode())
    none = browser.post(BATCH, {"action": "dispatch", "row": ["garbage", "x.y"]})
    assert none.status_code == 422
    assert "没有选择诉求，请先勾选" in text(none.content.decode())
    for action in ("accept", "confirm", "submit_result", ""):
        assert browser.post(BATCH, {"action": action, "row": ["x"]}).status_code == 422


def test_the_whole_list_is_taken_as_it_is_filtered(town, sign_in):
    case_in("ACCEPTED", town=town, title="急件", urgent=True)
    case_in("ACCEPTED", town=town, title="平件")
    browser = sign_in(town.dispatcher)
    page = confirm_page(browser, "dispatch", whole="1", query="urgent=1")
    assert [str(one["line"].title) for one in page.context["rows"]] == ["急件"]
    assert len(confirm_page(browser, "dispatch", whole="1").context["rows"]) == 2


def test_a_mistake_keeps_what_was_typed_and_runs_nothing(town, sign_in):
    case = case_in("ACCEPTED", town=town)
    browser = sign_in(town.dispatcher)
    form = fields(confirm_page(browser, "dispatch", row(case)).content.decode()) | {"note": "请尽快"}
    answer = browser.post(BATCH, form)
    assert answer.status_code == 422
    assert "请尽快" in answer.content.decode()
    assert BatchRun.objects.count() == 0


def test_what_failed_is_tried_again_as_it_is_now(town, sign_in, clock):
    moved = case_in("ACCEPTED", town=town)
    moves.add_internal_note(moved.pk, by=actor(town.intake, later(hours=1)), text="有新情况")
    clock.move_to(later(hours=2))
    browser = sign_in(town.dispatcher)
    answer, _form = run(browser, "dispatch", row(moved), **dispatching(town))
    assert verdicts(answer) == ["期间有变动"]
    again = fields(answer.content.decode())
    assert again["row"] == row(Case.objects.get(pk=moved.pk))
    page = confirm_page(browser, again["action"], again["row"])
    assert "现在办不成" not in text(page.content.decode())


def test_the_result_is_for_whoever_ran_it_in_that_post(town, sign_in, clock):
    case = case_in("ACCEPTED", town=town)
    clock.move_to(later(hours=1))
    answer, _form = run(sign_in(town.dispatcher), "dispatch", row(case), **dispatching(town))
    address = answer.request["PATH_INFO"]
    for other in (town.intake, town.liaison, town.staff):
        assert sign_in(other).get(address).status_code == 404


def test_a_result_tells_nothing_of_a_demand_that_is_no_longer_in_sight(town, sign_in, clock):
    case = case_in("IN_PROGRESS", town=town, title="后来看不到的")
    clock.move_to(later(hours=3))
    browser = sign_in(town.handler)
    answer, _form = run(browser, "note_internal", row(case), text="请跟踪")
    address = answer.request["PATH_INFO"]
    Case.objects.filter(pk=case.pk).update(lead_id=town.housing.pk)
    words = text(browser.get(address).content.decode())
    assert "第 1 件：已不在您的可见范围" in words
    assert case.title not in words
    assert case.number not in words


def test_pages_of_a_batch_cost_the_same_for_one_row_and_for_three(town, sign_in, clock):
    clock.move_to(later(hours=1))
    browser = sign_in(town.dispatcher)
    browser.get(LIST)
    costs = []
    for number in (1, 3):
        cases = [case_in("ACCEPTED", town=town) for _n in range(number)]
        rows = list(map(row, cases))
        with CaptureQueriesContext(connection) as captured:
            confirm_page(browser, "dispatch", *rows)
        asked = len(captured)
        answer, _form = run(browser, "dispatch", *rows, **dispatching(town))
        costs.append((asked, len(statements(browser, answer.request["PATH_INFO"]))))
    assert costs == [(FRAME + 6, FRAME + 3)] * 2  # two for the departments that the rules suggest


def test_old_batches_are_forgotten(town):
    case = case_in("IN_PROGRESS", town=town)
    common = {"action": "note_internal", "inputs": {"text": "请跟踪"}, "digest": "d"}
    picked = [(case.public_id, case.head_seq)]
    for days, key in ((1, "a"), (20, "b"), (40, "c")):
        batch.run_batch(picked, by=actor(town.handler, later(days=days)), key=key, **common)
    assert set(BatchRun.objects.values_list("key", flat=True)) == {"b", "c"}


def test_a_key_that_is_none_is_refused(town):
    case = case_in("IN_PROGRESS", town=town)
    for key in ("", "x" * 81, "键"):
        with pytest.raises(Refused), transaction.atomic():
            batch.run_batch(
                [(case.public_id, case.head_seq)],
                by=actor(town.handler, later(hours=3)),
                action="note_internal",
                inputs={"text": "请跟踪"},
                key=key,
                digest="d",
            )
    assert CaseState.IN_PROGRESS in states(case)


def test_a_note_that_names_a_hidden_firm_is_refused_on_its_row_alone(town):
    plain, hidden = case_in("ACCEPTED", town=town), case_in("ACCEPTED", town=town, hidden=True)
    rows = [(case.public_id, case.head_seq) for case in (plain, hidden)]
    by, text_of_all = actor(town.dispatcher, later(hours=1)), "甲公司已来电催问"
    run = batch.run_batch(rows, by=by, action="note_internal", inputs={"text": text_of_all}, key="k1", digest="d1")
    done, refused = run.rows.order_by("position")
    assert (done.verdict, refused.verdict, refused.code) == ("DONE", "REFUSED", "bad_input")
    assert refused.sentence.startswith("里面能看出是哪家企业")
