"""Questions in versions: the newest is asked, a demand is shown by its own, an administrator adopts the next."""

import importlib
from dataclasses import replace
from random import Random

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.demands import moves, question_sets
from cases.demands.forms.question_sets import QuestionRows
from cases.demands.models import Case, QuestionSet
from cases.demands.models.questions import QuestionSetIsNeverEdited
from cases.demands.question_sets import adopt, differences, faults, first, newest
from cases.demands.questions import QUESTIONS, Question, as_data, from_data, shipped
from foundation.errors import Changed, NotYours, Refused
from parties.roles import Role
from tests.api import Program
from tests.factories import actor, category, later
from tests.pages import FRAME, fields, statements, text

TEXT = "申请变压器增容三个月，没有答复。"


@pytest.fixture
def admin(town):
    return town.at(town.city_office, Role.SYSTEM_ADMIN)


def energy():
    """The questions of 用电用能 as they are asked now."""
    return list(newest("ENERGY").questions)


def renamed():
    """Those questions with another name for 容量 and without the choice 节能审查."""
    return [
        replace(q, label="报装容量")
        if q.key == "capacity"
        else replace(q, choices=tuple(c for c in q.choices if c[0] != "SAVING"))
        if q.key == "kind"
        else q
        for q in energy()
    ]


def submitted(town, **inputs):
    answers = {"kind": "SAVING", "capacity": "630千伏安"}
    return moves.submit_case(
        by=actor(town.staff),
        category=town.power,
        title="增容",
        text=TEXT,
        wanted="通电",
        answers=answers,
        contact_phone="0477-5550100",
        **inputs,
    )


def adopted(town, admin, questions=None, *, because="企业常常看不懂"):
    return adopt(town.power, questions or renamed(), because=because, seen=newest("ENERGY").version, by=actor(admin))


# --- versions ---


def test_the_shipped_sets_are_version_1_and_the_migration_may_run_again(town):
    assert QuestionSet.objects.count() == len(QUESTIONS)
    importlib.import_module("cases.demands.migrations.0010_question_sets_and_drafts").add(apps, None)
    assert QuestionSet.objects.count() == len(QUESTIONS)
    assert as_data(newest("ENERGY").questions) == as_data(shipped("ENERGY"))


def test_a_category_nobody_made_a_set_for_asks_the_common_questions(town):
    assert [q.key for q in newest("BUILDING").questions] == ["title", "text", "wanted"]


@pytest.mark.parametrize("code", QUESTIONS)
def test_every_shipped_set_can_be_asked_and_is_stored_without_loss(code):
    assert faults(shipped(code)) == []
    assert from_data(as_data(shipped(code))) == shipped(code)


def test_a_version_is_never_edited(town):
    row = newest("ENERGY")
    for wrong in (row.save, row.delete):
        with pytest.raises(QuestionSetIsNeverEdited):
            wrong()


def test_a_demand_is_shown_by_the_version_it_was_asked_with(town, admin, sign_in, clock):
    case = submitted(town)
    before = question_sets.told(case)
    assert ("哪一类用能？", "节能审查") in before
    adopted(town, admin)
    address = reverse("demands:case", args=[case.public_id])
    for who in (town.staff, town.intake):
        assert "节能审查" in text(sign_in(who).get(address).content.decode())
    assert question_sets.told(Case.objects.get()) == before
    api = Program(town.staff).get(f"cases/{case.public_id}/").json()
    assert [(a["label"], a["text"]) for a in api["answers"]] == before
    assert api["questions_version"] == 1
    receipt = sign_in(town.staff).get(reverse("demands:receipt", args=[case.public_id]))
    assert "节能审查" in receipt.content.decode()


def test_another_category_chosen_by_intake_hides_no_answer(town):
    case = submitted(town)
    Case.objects.filter(pk=case.pk).update(category=category("LAND", "用地"))
    assert ("现有和需要的容量", "630千伏安") in question_sets.told(Case.objects.get())


def test_the_newest_version_is_asked_by_page_and_api_alike(town, admin, sign_in, clock):
    adopted(town, admin)
    page = sign_in(town.staff).get(reverse("demands:questions", args=["ENERGY"])).content.decode()
    assert "报装容量" in page
    assert "节能审查" not in page
    shown = {c["code"]: c for c in Program(town.staff).get("categories/").json()}["ENERGY"]
    assert (shown["questions_version"], "报装容量" in [q["label"] for q in shown["questions"]]) == (2, True)


def test_the_api_takes_the_version_in_force_and_refuses_answers_to_unknown_questions(town, admin, clock):
    adopted(town, admin, [q for q in energy() if q.key != "applied"])
    body = {
        "category": "ENERGY",
        "title": "变压器增容",
        "text": TEXT,
        "wanted": "通电",
        "contact_name": "李经理",
        "contact_phone": "0477-5550100",
        "answers": {"kind": "POWER", "capacity": "630", "applied": "WAITING", "needed_by": "2026-12-20"},
    }
    refused = Program(town.staff).post("cases/", body)
    assert (refused.status_code, refused.json()["detail"]) == (400, "没有这一项")
    assert "applied" in refused.json()["fields"]
    del body["answers"]["applied"]
    assert Program(town.staff).post("cases/", body).status_code == 201
    assert Case.objects.get().questions_version == 2


def test_a_page_drawn_before_the_change_is_still_taken_and_the_demand_keeps_its_version(town, admin, sign_in, clock):
    browser = sign_in(town.staff)
    page = fields(browser.get(reverse("demands:questions", args=["ENERGY"])).content.decode())
    adopted(town, admin)
    typed = page | {"title": "变压器增容", "text": TEXT, "wanted": "通电", "kind": "SAVING", "capacity": "630千伏安"}
    typed |= {"applied": "NOT_YET", "needed_by": "2026-12-20", "contact_name": "李", "contact_phone": "0477-5550100"}
    check = browser.post(reverse("demands:questions", args=["ENERGY"]), typed | {"step": "check"})
    assert check.status_code == 200, text(check.content.decode())
    sent = fields(check.content.decode()) | {"step": "send"}
    assert browser.post(reverse("demands:questions", args=["ENERGY"]), sent).status_code == 302
    case = Case.objects.get()
    assert (case.questions_version, case.answers["kind"]) == (1, "SAVING")


def test_shipped_words_are_translated_and_typed_words_are_shown_as_typed(town, admin):
    own = Question("deposit", "联系人", "text", required=False)  # a word of the interface, but of no shipped question
    labels = [q.label for q in from_data(as_data([*energy(), own]))]
    assert isinstance(labels[-1], str)
    assert not any(isinstance(label, str) for label in labels[:-1])


# --- adoption ---


def test_only_the_system_administrator_makes_versions_or_reads_the_pages(town, admin, sign_in, clock):
    pages = [reverse("demands:question_sets")] + [
        reverse(f"demands:{name}", args=["ENERGY"])
        for name in ("question_set", "change_questions", "question_versions")
    ]
    for who in town.everybody:
        if who.role == Role.SYSTEM_ADMIN:
            continue
        with pytest.raises(NotYours):
            adopt(town.power, renamed(), because="x", seen=1, by=actor(who))
    for who in (town.staff, town.intake, town.at(town.city_office, Role.SECURITY_ADMIN)):
        assert {sign_in(who).get(page).status_code for page in pages} == {403}
    assert [sign_in(admin).get(page).status_code for page in pages] == [200] * 4
    assert QuestionSet.objects.filter(version__gt=1).count() == 0


def test_of_two_administrators_the_slower_gets_a_clean_conflict(town, admin):
    adopted(town, admin)
    with pytest.raises(Changed, match=r"第 2 版刚刚由市平台办公室 · 系统管理员启用"):
        adopt(town.power, renamed()[:3], because="x", seen=1, by=actor(admin))
    assert newest("ENERGY").version == 2


def test_two_rows_of_one_version_are_impossible(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionSet(category_code="ENERGY", version=1, data=[]).save()


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        (lambda qs: [q for q in qs if q.key != "text"], "", "“情况说明”不能删除，每件诉求都要有"),
        (lambda qs: [*qs, replace(qs[-1], label="又一次")], "label", "与第 7 个问题的键重复"),
        (lambda qs: [*qs, replace(qs[-1], key="again")], "label", "与第 7 个问题的名称重复"),
        (lambda qs: [*qs, Question("q", "", "text", required=True)], "label", "请写明问题"),
        (lambda qs: [*qs, Question("q", "选哪个", "choice", required=True)], "choices", "单选题至少要有两个选项"),
        (lambda qs: [*qs, Question("step", "步骤", "text", required=True)], "label", "这个键另有用处"),
        (
            lambda qs: [*qs, Question("q", "几个", "number", required=True, minimum_length=3)],
            "minimum_length",
            "文字题",
        ),
        (lambda qs: [replace(qs[0], maximum_length=61), *qs[1:]], "maximum_length", "最多不能超过 60 个字"),
        (lambda qs: [replace(qs[0], kind="date", maximum_length=0), *qs[1:]], "kind", "这个问题只能是“一行文字”"),
        (lambda qs: [qs[0], replace(qs[1], required=False), *qs[2:]], "required", "这个问题必须回答"),
        (lambda qs: [qs[0], replace(qs[1], minimum_length=2), *qs[2:]], "minimum_length", "最少不能少于 10 个字"),
        (
            lambda qs: qs + [Question(f"q{n}", f"问{n}", "text", required=False) for n in range(20)],
            "",
            "最多 20 个问题",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(town, admin, change, field, sentence):
    with pytest.raises(Refused, match=sentence) as refused:
        adopted(town, admin, change(energy()))
    assert refused.value.field == field
    assert newest("ENERGY").version == 1


def test_nothing_different_and_no_reason_are_refused(town, admin):
    with pytest.raises(Refused, match="与第 1 版没有不同"):
        adopted(town, admin, energy())
    with pytest.raises(Refused, match="请写明为什么改"):
        adopted(town, admin, because=" ")


def test_how_two_versions_differ_is_said_in_words(town, admin):
    new = [q for q in renamed() if q.key != "applied"]
    new = [*new, Question("meter", "户号", "text", required=False)]
    assert differences(first("ENERGY"), adopted(town, admin, new)) == [
        "删去“是否已向供能单位或主管部门申请？”",
        "新增“户号”",
        "“哪一类用能？”删去选项“节能审查”",
        "“现有和需要的容量”改为“报装容量”",
    ]


# --- pages of the administrator ---


def rows(browser):
    return fields(browser.get(reverse("demands:change_questions", args=["ENERGY"])).content.decode())


def test_a_new_version_is_made_row_by_row_looked_over_and_adopted(town, admin, sign_in, clock):
    browser, address = sign_in(admin), reverse("demands:change_questions", args=["ENERGY"])
    kinds = boxes(energy())
    page = fields_after(browser, address, rows(browser) | kinds, "add")
    page |= kinds | {"7-label": "电力户号", "7-kind": "text", "because": "部门总要再问一次"}
    page = fields_after(browser, address, page, "up-7") | kinds | {"6-kind": "text", "7-kind": "date", "7-required": ""}
    assert page["6-label"] == "电力户号"
    preview = browser.post(address, page | {"step": "preview"})
    assert preview.status_code == 200, text(preview.content.decode())
    shown = text(preview.content.decode())
    assert "新增“电力户号”" in shown
    assert newest("ENERGY").version == 1
    confirm = fields(preview.content.decode()) | {"step": "adopt"}
    first_answer, second_answer = (browser.post(address, confirm) for _n in range(2))
    assert first_answer.url == second_answer.url == reverse("demands:question_set", args=["ENERGY"])
    last = newest("ENERGY")
    assert (last.version, last.because, last.adopted_as) == (2, "部门总要再问一次", "市平台办公室 · 系统管理员")
    assert [str(q.label) for q in last.questions][6] == "电力户号"
    assert last.questions[3].choices == energy()[3].choices
    history = text(browser.get(reverse("demands:question_versions", args=["ENERGY"])).content.decode())
    assert "第 2 版" in history
    assert "新增“电力户号”" in history
    assert "随系统提供" in history
    old = browser.get(reverse("demands:question_set", args=["ENERGY"]), {"version": "1"}).content.decode()
    assert "电力户号" not in text(old)


def boxes(questions):
    """The lists and ticks of the rows, which `fields` does not read."""
    return {
        name: value
        for n, q in enumerate(questions)
        for name, value in ((f"{n}-kind", q.kind), (f"{n}-required", "on" if q.required else ""))
    }


def fields_after(browser, address, page, step):
    answer = browser.post(address, page | {"step": step})
    assert answer.status_code == 200
    return fields(answer.content.decode())


def test_a_row_that_is_removed_is_gone_and_a_mistake_keeps_everything_typed(town, admin, sign_in, clock):
    browser, address = sign_in(admin), reverse("demands:change_questions", args=["ENERGY"])
    kinds = boxes(energy())
    page = fields_after(browser, address, rows(browser) | kinds, "remove-1")
    assert page["rows"] == "6"
    kinds = boxes(q for q in energy() if q.key != "text")
    answer = browser.post(address, page | kinds | {"0-label": "标题" * 40, "because": "试试", "step": "preview"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "“情况说明”不能删除" in shown
    assert fields(shown)["0-label"] == "标题" * 40
    assert fields(shown)["because"] == "试试"


def test_the_slower_administrator_keeps_everything_typed_and_reads_what_changed(town, admin, sign_in, clock):
    browser, address = sign_in(admin), reverse("demands:change_questions", args=["ENERGY"])
    kinds = boxes(energy())
    page = rows(browser) | kinds | {"4-label": "容量是多少", "because": "更短"}
    confirm = fields(browser.post(address, page | {"step": "preview"}).content.decode())
    adopted(town, admin)
    answer = browser.post(address, confirm | {"step": "adopt"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "“现有和需要的容量”改为“报装容量”" in shown
    assert fields(shown)["4-label"] == "容量是多少"
    assert newest("ENERGY").version == 2


def test_the_pages_cost_a_fixed_number_of_statements(town, admin, sign_in, clock):
    browser = sign_in(admin)
    lists = [reverse("demands:question_sets"), reverse("demands:question_versions", args=["ENERGY"])]
    assert [len(statements(browser, address)) for address in lists] == [FRAME + 2, FRAME + 2]
    for n, code in enumerate(("FINANCE", "LAND", "TALENT")):
        category(code, code)
        adopt(town.power, [*energy(), Question(f"n{n}", f"问{n}", "text", required=False)], because="x", seen=n + 1,
              by=actor(admin, later(hours=n)))  # fmt: skip
    assert [len(statements(browser, address)) for address in lists] == [FRAME + 2, FRAME + 2]


# --- whatever is changed, and however often ---


def some_change(random, questions):
    """One change that an administrator may make, at random; the common questions stay."""
    own = [at for at, q in enumerate(questions) if q.key not in ("title", "text", "wanted")]
    at = random.choice(own)
    q, rest = questions[at], questions[:at] + questions[at + 1 :]
    fresh = f"n{random.randrange(10**9)}"
    changes = [
        [*questions, Question(fresh, f"问{fresh}", "text", required=False)],
        [*questions[:at], replace(q, label=f"{str(q.label)[:40]}改{fresh}"), *questions[at + 1 :]],
        [*rest, q],
    ]
    if len(own) > 2:
        changes.append(rest)
    if len(q.choices) > 2:
        changes.append([*questions[:at], replace(q, choices=q.choices[1:]), *questions[at + 1 :]])
    return random.choice(changes)


@pytest.mark.parametrize("seed", range(5))
def test_no_change_of_questions_changes_how_an_earlier_demand_reads(town, admin, seed):
    random, shown = Random(seed), {}
    for n in range(8):
        asked = newest("ENERGY")
        own = [q for q in asked.questions if q.key not in ("title", "text", "wanted")]
        answers = {
            q.key: random.choice(q.choices)[0] if q.choices else f"第{n}次" if q.kind != "date" else "2026-12-20"
            for q in own
            if random.random() < 0.8
        }
        case = moves.submit_case(
            by=actor(town.staff),
            category=town.power,
            title=f"第{n}件",
            text=TEXT,
            answers=answers,
            contact_phone="0477-5550100",
            questions_version=asked.version,
        )
        shown[case.pk] = question_sets.told(case)
        assert len(shown[case.pk]) == len(answers)
        changed = some_change(random, list(asked.questions))
        if as_data(changed) != asked.data:
            after = adopt(town.power, changed, because="试试", seen=asked.version, by=actor(admin))
            assert differences(asked, after) != []
        question_sets.forget()
    assert {case.pk: question_sets.told(case) for case in Case.objects.all()} == shown


@pytest.mark.parametrize("code", QUESTIONS)
def test_a_form_that_is_sent_as_it_was_drawn_changes_nothing(code):
    drawn = QuestionRows.of(as_data(shipped(code)))
    posted = {"rows": str(len(drawn.rows))} | {
        f"{at}-{name}": value for at, row in enumerate(drawn.rows) for name, value in row.items()
    }
    questions, found = QuestionRows.judged(QuestionRows.posted(posted).forms(), shipped(code))
    assert found == []
    assert as_data(questions) == as_data(shipped(code))
