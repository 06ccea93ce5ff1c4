"""The pictures of the manual's chapter on meetings, taken of the demonstration, and its longest minutes page by page.

Only when pictures are wanted, as those of `test_pictures`.
"""

import os

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.demo.sizes import USUAL
from dialogue.symposia import moves
from dialogue.symposia.models import Meeting
from documents.enums import DocumentKind
from documents.models import Document
from documents.tasks import make_document
from foundation.files.storing import content
from parties.models import Membership
from tests.browser.conftest import DESK, PHONE, PICTURES, LoadCity, OpenBrowser, Person, Picture
from tests.factories import actor

pytestmark = [
    pytest.mark.skipif(os.environ.get("DIALOGUE_PICTURES") != "1", reason="no pictures are wanted"),
    pytest.mark.django_db(transaction=True),
]
OFFICE, HOST, FIRM, LEAD = "shi-ms", "shi-ld1", "qy02", "jtj-ll"
TALL_DESK = {"width": 1440, "height": 1200}


def test_the_pages_of_meetings_shown_in_the_manual(
    load_city: LoadCity, person: Person, open_browser: OpenBrowser, picture: Picture
) -> None:
    load_city(USUAL)
    meetings = {meeting.title: meeting for meeting in Meeting.objects.all()}
    coming = next(meeting for title, meeting in meetings.items() if title.startswith("年底"))
    corrected = next(meeting for title, meeting in meetings.items() if title.startswith("装备制造"))
    office = person(OFFICE, DESK, scripts=True)
    office.goto(reverse("symposia:list"))
    expect(office.get_by_role("main")).to_contain_text("待签发")
    picture(office, "meetings", whole=False)
    office.set_viewport_size(TALL_DESK)
    office.goto(reverse("symposia:cadence"))
    expect(office.get_by_role("main")).to_contain_text("还没有开过会")
    picture(office, "meeting-cadence", whole=False)
    meeting_page(office, coming)
    picture(office, "meeting-office", whole=False)
    editor_of_a_correction(office, corrected)
    picture(office, "meeting-editor", whole=False)
    firm = person(FIRM, PHONE)
    meeting_page(firm, coming)
    firm.get_by_role("link", name="回复参会").click()
    picture(firm, "meeting-answer-phone", whole=False)
    host = person(HOST, PHONE)
    signed = next(meeting for meeting in meetings.values() if meeting.state == "IN_APPROVAL")
    host.goto(reverse("symposia:act", args=[signed.public_id, "approve_issue"]))
    expect(host.get_by_role("main")).to_contain_text("安家补贴")
    picture(host, "meeting-sign-phone", whole=False)
    lead = person(LEAD, DESK)
    lead.goto(reverse("symposia:items"))
    expect(lead.get_by_role("main")).to_contain_text("未解决")
    picture(lead, "meeting-items", whole=False)
    minutes = Document.objects.get(kind=DocumentKind.MINUTES, subject_id=joint(meetings).pk)
    the_minutes_page_by_page(minutes)
    page = open_browser(PHONE)
    page.goto(reverse("verified", args=[minutes.code]))
    expect(page.get_by_role("main")).to_contain_text("共 5")
    picture(page, "minutes-verified-phone", whole=False)


def joint(meetings: dict[str, Meeting]) -> Meeting:
    return next(meeting for meeting in meetings.values() if meeting.kind == "JOINT")


def meeting_page(page: Page, meeting: Meeting) -> None:
    page.goto(reverse("symposia:meeting", args=[meeting.public_id]))
    expect(page.get_by_role("heading", name=meeting.title)).to_be_visible()


def editor_of_a_correction(page: Page, meeting: Meeting) -> None:
    by = actor(Membership.objects.get(user__username=OFFICE), timezone.now())
    moves.begin_correction(meeting.pk, by=by, seen=meeting.head_seq, reason="第三个议题的责任人写错")
    page.goto(reverse("symposia:write", args=[meeting.public_id]))
    box = page.get_by_role("table", name="识别出的任务事项").first
    expect(box).to_contain_text("市自然资源局")
    box.scroll_into_view_if_needed()


def the_minutes_page_by_page(document: Document) -> None:
    """The first four pages and the last, each a picture of its own."""
    make_document.func(str(document.job.public_id))
    document.refresh_from_db()
    with content(document.file) as file:
        pages = pypdfium2.PdfDocument(file.read())
    assert len(pages) >= 5
    named = {**{str(n): n - 1 for n in range(1, 5)}, "last": len(pages) - 1}
    for name, place in named.items():
        image = pages[place].render(scale=1.25).to_pil().convert("RGB").quantize(24)
        image.save(PICTURES / f"minutes-{name}.png", optimize=True)
