"""Internal note and public reply: two boxes, the internal one open; in the timeline a word tells them apart."""

import re

from django.urls import reverse

from cases.demands import moves
from tests.factories import actor, case_in, later
from tests.pages import text


def html(browser, case):
    return browser.get(reverse("demands:case", args=[case.public_id])).content.decode()


def test_whoever_may_write_both_has_two_boxes_and_the_internal_one_is_open(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    found = re.findall(r'<details class="(note|reply)"( open)?>', html(sign_in(town.handler), case))
    assert found == [("note", " open"), ("reply", "")]


def test_boxes_are_those_of_the_moves_one_may_make(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    for who, boxes in ((town.intake, ["note"]), (town.handler, ["note", "reply"]), (town.staff, [])):
        assert re.findall(r'<details class="(note|reply)"', html(sign_in(who), case)) == boxes
    over = case_in("CLOSED", town=town)
    assert re.findall(r'<details class="(note|reply)"', html(sign_in(town.handler), over)) == []


def test_what_is_written_in_a_box_goes_where_the_box_says(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    for box, words in zip(
        browser.get(reverse("demands:case", args=[case.public_id])).context["boxes"], "内外", strict=True
    ):
        assert browser.post(box["url"], {"text": words * 5, "idempotency_key": box["key"]}).status_code == 302
    firm, lead = (text(html(sign_in(who), case)) for who in (town.staff, town.liaison))
    assert "外外外外外" in firm
    assert "内内内内内" not in firm
    assert "内内内内内" in lead


def test_an_empty_box_is_told_on_the_page_of_its_move(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    answer = browser.post(reverse("demands:act", args=[case.public_id, "note_internal"]), {"text": ""})
    assert answer.status_code == 422
    assert 'class="panel mt-3 note-form"' in answer.content.decode()


def test_in_the_timeline_a_word_and_a_drawing_tell_internal_from_public(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    by = actor(town.handler, later(hours=1))
    moves.add_internal_note(case.pk, by=by, text="里面的话")
    moves.add_public_reply(case.pk, by=by, text="外面的话")
    page = html(sign_in(town.liaison), case)
    public, internal = re.findall(
        r"<li( class=\"inward\")?><div class=\"ev\"><b>[^<]+</b>(<span class=\"tag[^>]+>.*?</span>)", page
    )[:2]
    assert public[0] == ""
    assert "#chat" in public[1]
    assert "公开" in public[1]
    assert internal[0] == ' class="inward"'
    assert "#lock" in internal[1]
    assert "内部" in internal[1]
    firm = html(sign_in(town.staff), case)
    assert "里面的话" not in firm
    assert "inward" not in firm
