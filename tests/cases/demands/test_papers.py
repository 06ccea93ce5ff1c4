"""受理回执 and 办理单: one number, versions when something changed, and to each reader what their page says."""

import json
from functools import partial

import pytest
from django.urls import reverse

from cases.demands import documents, moves
from cases.demands.enums import Edition
from cases.demands.models import Case
from documents.content.reading import read
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from foundation.errors import NotVisible, NotYours, WrongMoment
from parties.roles import Role
from tests.api import Program, of
from tests.cases.demands.invariants import assert_chain_holds, assert_every_clock_is_its_replay
from tests.cases.demands.table import perform
from tests.cases.demands.test_races import all_at_once
from tests.factories import actor, case_in, later
from tests.files import upload
from tests.pages import text
from workflow.models import Event

pytestmark = pytest.mark.every_page

SECRET = "云杉智造"  # in the name of the firm and nowhere else


def receipt(case, who, **at):
    return moves.issue_receipt(case.pk, by=actor(who, later(**(at or {"hours": 5}))))


def case_file(case, who, **at):
    moves.issue_case_file(case.pk, by=actor(who, later(**(at or {"hours": 5}))))
    return Document.objects.latest("pk")


def said(document):
    return read(document.content).content


# --- 受理回执 ---


def test_a_receipt_says_what_was_taken_up_and_by_when_the_firm_hears(town):
    case = case_in("ACCEPTED", town=town)
    receipt(case, town.staff)
    document = Document.objects.get()
    content = said(document)
    assert (document.number, document.office_id, document.audience) == (
        "东胜区政企受〔2026〕1号",
        town.office.pk,
        "FIRM",
    )
    assert (content.case_number, content.firm, content.matter) == (case.number, "甲公司", case.title)
    assert content.accepted_by == "东胜区平台办公室 · 受理员"
    contact, result = content.terms
    assert (contact.limit, contact.due_at) == ("派单后 1 个工作日内", None)
    assert (result.due, result.provisional) == ("2026年12月14日 17:30", False)
    assert "最多 2 次" in " ".join(content.rights)


def test_a_receipt_counts_what_runs_by_the_clocks_and_marks_a_provisional_day(town):
    case = case_in("DISPATCHED", town=town, start=later(days=25), klass="HARD")
    receipt(case, town.staff, days=26)
    contact, result = said(Document.objects.get()).terms
    assert contact.due == "2026年12月21日 17:30"
    assert result.provisional
    assert result.due.startswith("2027年")


def test_pressed_again_or_by_the_office_the_receipt_is_the_one_that_is_there(town):
    case = case_in("IN_PROGRESS", town=town)
    events = case.head_seq
    for who in (town.staff, town.staff, town.firm_secretary, town.intake):
        case = receipt(case, who)
    assert Document.objects.count() == 1
    assert case.head_seq == events + 1


def test_before_acceptance_and_for_others_there_is_no_receipt(town):
    for state in ("SUBMITTED", "ENDED"):
        with pytest.raises(WrongMoment):
            receipt(case_in(state, town=town), town.staff, days=60)
    with pytest.raises(NotYours):
        receipt(case_in("IN_PROGRESS", town=town), town.handler)
    assert not Document.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_has_a_paper_made(town):
    case = case_in("IN_PROGRESS", town=town, contacted=True)
    people = [actor(who, later(hours=4)) for who in (town.staff, town.firm_secretary, town.intake, town.staff)]
    for move in (moves.issue_receipt, moves.issue_case_file):
        results = all_at_once(partial(move, case.pk, by=by) for by in people)
        assert {type(result) for result in results} == {Case}
    kinds = sorted(Document.objects.values_list("kind", "audience", "sequence", "version"))
    assert kinds == [
        ("CASE_FILE", "FIRM", *kinds[0][2:]),
        ("CASE_FILE", "OFFICE", *kinds[1][2:]),
        ("RECEIPT", "FIRM", 1, 1),
    ]
    assert {row[2:] for row in kinds[:2]} == {(1, 1), (2, 1)}
    assert_chain_holds(Case.objects.get())


# --- the chain, and whoever is writing meanwhile ---


def test_the_chain_states_the_paper_and_holds(town):
    case = case_in("IN_PROGRESS", town=town)
    document = case_file(case, town.handler)
    case.refresh_from_db(fields=["head_seq", "head_hash"])
    event = Event.objects.get(subject_id=case.pk, seq=case.head_seq)
    assert json.loads(event.facts)["document"] == {
        "number": "东胜区政企办〔2026〕1号",
        "kind": "CASE_FILE",
        "edition": "LEAD",
        "version": 1,
        "content_sha256": document.content_sha256,
    }
    assert json.loads(event.facts)["class"] == "COMPLEX"
    before = Event.objects.get(subject_id=case.pk, seq=case.head_seq - 1)
    assert (said(document).head_sequence, said(document).head_sha256) == (before.seq, before.digest)
    assert_chain_holds(case)
    assert_every_clock_is_its_replay(case)


def test_a_paper_is_in_nobodys_way_and_in_nobodys_timeline(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    seen = case.head_seq
    case_file(case, town.staff)
    moved = perform("record_contact", case, by=actor(town.handler, later(hours=6)), town=town, seen=seen)
    assert moved.head_seq == seen + 2
    page = sign_in(town.intake).get(reverse("demands:case", args=[case.public_id]))
    assert not [line for line in page.context["lines"] if line.action.startswith("issue_")]


def test_a_case_file_has_a_new_version_when_its_reader_could_see_a_change_and_only_then(town):
    case = case_in("IN_PROGRESS", town=town)
    firm, lead, office = (case_file(case, who) for who in (town.staff, town.handler, town.intake))
    assert [one.audience for one in (firm, lead, office)] == ["FIRM", "LEAD", "OFFICE"]
    for who in (town.staff, town.liaison, town.dispatcher):
        case_file(case, who, days=9)  # a week later nothing has happened, and the terms are another week older
    assert Document.objects.count() == 3
    moves.add_internal_note(case.pk, by=actor(town.handler, later(days=9)), text="不宜外传的话")
    for who in (town.staff, town.handler, town.intake):
        case_file(case, who, days=10)
    found = list(Document.objects.order_by("audience", "version").values_list("audience", "version", "status"))
    assert found == [
        ("FIRM", 1, DocumentStatus.VALID),
        ("LEAD", 1, DocumentStatus.REPLACED),
        ("LEAD", 2, DocumentStatus.VALID),
        ("OFFICE", 1, DocumentStatus.REPLACED),
        ("OFFICE", 2, DocumentStatus.VALID),
    ]
    assert "不宜外传的话" not in firm.content


# --- what an edition says is what the page says ---


def told_case(town, **traits):
    """A closed demand of two rounds with every kind of thing in it that somebody is not to see."""
    town.firm.name = f"鄂尔多斯市{SECRET}有限公司"
    town.firm.save()
    case = case_in("IN_PROGRESS", town=town, asked=1, contacted=True, planned=True, **traits)
    at = iter(range(3, 30))
    staff, handler, clerk = town.staff, town.handler, town.intake

    def by(who):
        return actor(who, later(hours=next(at)))

    moves.attach_files(case.pk, by=by(staff), uploads=[upload(f"{SECRET}合同.pdf")], description=f"{SECRET}的合同")
    moves.attach_files(case.pk, by=by(staff), uploads=[upload("放行的.pdf")])
    moves.attach_internal_files(case.pk, by=by(handler), uploads=[upload("内部的.pdf")])
    moves.attach_public_files(case.pk, by=by(clerk), uploads=[upload("公开的.pdf")])
    if traits.get("hidden"):
        released = case.attachments.get(file__name="放行的.pdf")
        moves.release_attachment(case.pk, by=by(clerk), attachment=released)
    moves.add_internal_note(case.pk, by=by(handler), text="不宜外传的话")
    moves.ask_recusal(case.pk, by=by(staff), name="王某", unit="市能源局", reason="亲属关系")
    moves.add_public_reply(case.pk, by=by(handler), text="可以告诉企业的话")
    case.refresh_from_db(fields=["head_seq"])
    case = perform("submit_result", case, by=by(handler), town=town)
    case = perform("return_result", case, by=by(town.party_secretary), town=town)
    return perform("submit_result", case, by=by(handler), town=town)


@pytest.mark.parametrize("hidden", [False, True])
def test_every_edition_says_what_the_page_of_its_reader_says(town, sign_in, hidden):
    case = told_case(town, hidden=hidden)
    for who in (town.staff, town.handler, town.dispatcher):
        document = case_file(case, who, days=2)
        content, browser = said(document), sign_in(who)
        page = browser.get(reverse("demands:case", args=[case.public_id]))
        shown, printed = (
            page.context,
            text(browser.get(reverse("demands:print_case", args=[case.public_id])).content.decode()),
        )
        assert [(s.sequence, s.what, s.who, s.words, s.said) for s in content.steps] == [
            (line.seq, str(line.label), line.who, line.text, line.note) for line in reversed(shown["lines"])
        ]
        assert {(one.what, one.due_at) for one in content.limits} == {(c.label, c.due_at) for c in shown["clocks"]}
        assert [one.name for one in content.files] == [row.name for row in shown["attachments"]]
        assert [[str(words) for words, *_ in row.marks] for row in shown["attachments"]] == [
            list(one.marks) for one in content.files
        ]
        assert [(fact.name, fact.words) for fact in content.told] == [(str(n), str(v)) for n, v in shown["pairs"]]
        assert (content.results[-1].reply if content.results else None) == (shown["result"] and shown["result"].text)
        assert [one.points for one in content.requests] == [tuple(one.points) for one in shown["requests"]]
        assert [step.words for step in content.plan] == [step.text for step in shown["plan_steps"]]
        for words in (content.state, content.matter, *(step.who for step in content.steps)):
            assert words in printed
        assert content.internal == (who != town.staff)


def test_a_hidden_firm_is_nowhere_in_the_paper_of_its_department(town):
    case = told_case(town, hidden=True)
    document = case_file(case, town.handler, days=2)
    assert document.audience == Edition.LEAD_HIDDEN
    for words in (SECRET, "甲公司", "李经理", "5550100", town.firm.credit_code, "王某"):
        assert words not in document.content
    assert case.alias in document.content
    assert [one.name for one in said(document).files] == ["放行的.pdf", "内部的.pdf", "公开的.pdf"]
    for words in (document.title, document.issued_as, document.job.title, document.number):
        assert SECRET not in words
    for who in (town.staff, town.dispatcher):
        assert SECRET in case_file(case, who, days=2).content


def test_the_file_of_a_departments_paper_does_not_name_a_hidden_firm_and_runs_over_pages(town):
    import pypdfium2

    from documents.engine.rendering import render

    case = told_case(town, hidden=True)
    for n in range(12):
        moves.add_internal_note(
            case.pk, by=actor(town.handler, later(days=2)), text=f"第{n}次备注：" + "现场勘察。" * 40
        )
    frozen = read(case_file(case, town.handler, days=3).content)
    made = render(frozen.content, frozen.imprint)
    with pypdfium2.PdfDocument(made.pdf) as pdf:
        words = "".join(page.get_textpage().get_text_bounded() for page in pdf).replace("\r\n", "")
    assert made.pages > 4
    assert all(f"第{n}次备注" in words for n in range(12))
    assert frozen.content.head_sha256 in words
    assert case.alias in words
    assert SECRET not in words
    receipt(case, town.staff, days=3)
    frozen = read(Document.objects.latest("pk").content)
    assert render(frozen.content, frozen.imprint).pages == 1


# --- who reads which ---


def test_each_reads_their_own_edition_and_what_they_may_no_longer_open_is_gone(town):
    case = told_case(town, hidden=True)
    people = {
        "firm": town.staff,
        "lead": town.handler,
        "office": town.intake,
        "neighbour": town.at(town.neighbour, Role.ENTERPRISE_STAFF),
        "other lead": town.housing_liaison,
        "other office": town.at(town.other_office, Role.INTAKE),
        "supervisor": town.at(town.office, Role.SUPERVISOR),
        "kept out": town.second_handler,
    }
    receipt(case, town.staff, days=2)
    papers = {"receipt": Document.objects.latest("pk")}
    papers |= {name: case_file(case, people[name], days=2) for name in ("firm", "lead", "office")}

    def read_by():
        now = later(days=25)
        seen = {
            who: set(Document.objects.visible_to(actor(post, now)).values_list("pk", flat=True))
            for who, post in people.items()
        }
        for who, post in people.items():  # the page of the demand asks no more who sees it, and shows the same papers
            for opened in Case.objects.visible_to(actor(post, now)):
                of_the_page = Document.objects.visible_to(actor(post, now), about="case", opened=opened)
                assert set(of_the_page.values_list("pk", flat=True)) == seen[who]
        return {name: {who for who in seen if paper.pk in seen[who]} for name, paper in papers.items()}

    ours = {"lead", "kept out", "office"}
    first = {"receipt": {"firm", "office"}, "firm": {"firm", "office"}, "lead": ours, "office": {"office"}}
    assert read_by() == first
    case.refresh_from_db(fields=["head_seq"])
    person = {"person": town.second_handler.user, "reason": "亲属关系"}
    moves.recuse_case(case.pk, by=actor(town.intake, later(days=3)), seen=case.head_seq, **person)
    first["lead"] = {"lead", "office"}
    assert read_by() == first
    # The firm shows itself: what hid it stays readable, and the next paper of the department names it.
    case.refresh_from_db(fields=["head_seq"])
    moves.reveal_firm(case.pk, by=actor(town.staff, later(days=4)), seen=case.head_seq)
    papers["named"] = case_file(case, town.handler, days=5)
    assert papers["named"].audience == Edition.LEAD
    assert SECRET in papers["named"].content
    assert read_by() == first | {"named": {"lead", "office"}}
    # Should it ever be hidden again, what names it is closed to the department by itself.
    Case.objects.filter(pk=case.pk).update(identity="HIDDEN")
    assert read_by() == first | {"named": {"office"}}


def test_a_department_that_has_it_no_more_reads_no_paper_and_the_next_one_does(town):
    case = case_in("IN_PROGRESS", town=town)
    paper = case_file(case, town.handler, hours=3)
    case.refresh_from_db(fields=["head_seq"])
    perform("reassign", case, by=actor(town.dispatcher, later(hours=4)), town=town)
    now = later(hours=5)
    seen = {who: Document.objects.visible_to(actor(who, now)).exists() for who in (town.handler, town.housing_liaison)}
    assert list(seen.values()) == [False, True]
    with pytest.raises(NotVisible):
        case_file(case, town.handler, hours=5)
    after = case_file(case, town.housing_liaison, hours=6)
    assert (after.number, after.version, after.replaces_id) == (paper.number, 2, paper.pk)


# --- pages and API ---


def test_the_page_offers_papers_and_leads_to_the_one_that_was_made(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    browser, address = sign_in(town.staff), reverse("demands:case", args=[case.public_id])
    buttons = browser.get(address).context["paper_buttons"]
    assert [str(button["label"]) for button in buttons] == ["制发受理回执", "制发办理单"]
    places, way = set(), buttons[0]["url"]
    for key in (buttons[0]["key"], buttons[0]["key"], "from another page, opened before"):
        places.add(browser.post(way, {"idempotency_key": key})["Location"])
    document = Document.objects.get()
    assert places == {reverse("documents:document", args=[document.public_id])}
    assert document.number in text(browser.get(address).content.decode())
    assert [str(button["label"]) for button in browser.get(address).context["paper_buttons"]] == ["制发办理单"]
    other = text(sign_in(town.handler).get(address).content.decode())
    assert document.number not in other
    assert "制发办理单" in other


def test_the_pages_after_submission_offer_the_receipt_once_it_is_accepted(town, sign_in):
    browser = sign_in(town.staff)
    for state, offered in (("SUBMITTED", False), ("ACCEPTED", True)):
        case = case_in(state, town=town)
        for name in ("demands:submitted", "demands:receipt"):
            page = browser.get(reverse(name, args=[case.public_id]))
            way = reverse("demands:act", args=[case.public_id, "issue_receipt"])
            assert (f'action="{way}"' in page.content.decode()) is offered
            assert ("受理以后，可以在" in text(page.content.decode())) is not offered


def test_the_api_issues_a_paper_and_lists_it_to_its_reader_alone(town, clock):
    case = case_in("IN_PROGRESS", town=town)
    detail = Program(town.handler).post(of(case, "issue_case_file")).json()
    (paper,) = detail["documents"]
    assert (paper["kind"], paper["edition"], paper["number"]) == ("CASE_FILE", "LEAD", "东胜区政企办〔2026〕1号")
    assert Program(town.staff).get(of(case)).json()["documents"] == []
    assert {action["name"] for action in detail["actions"]} >= {"issue_case_file"}


def test_documents_of_a_demand_take_one_statement_however_many(town, django_assert_num_queries):
    case = case_in("CLOSED", town=town)
    by = actor(town.intake, later(days=1))
    for who in (town.staff, town.handler, town.intake):
        case_file(case, who, days=1)
        with django_assert_num_queries(1):
            documents.of_case(case, by)
    subjects, ids = documents.Papers(), [case.pk, 0]
    with django_assert_num_queries(1):
        assert subjects.addresses(ids, by) == {case.pk: reverse("demands:case", args=[case.public_id])}
    assert subjects.addresses(ids, actor(town.housing_liaison, later(days=1))) == {}
    assert documents.in_force(case, DocumentKind.CASE_FILE, Edition.OFFICE).version == 1
