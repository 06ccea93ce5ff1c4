"""Which class says what a document of a kind says."""

from documents.content.base import Content
from documents.content.bulletin import Bulletin
from documents.content.case_file import CaseFile
from documents.content.closing import ClosingSheet
from documents.content.letters import ReplyLetter
from documents.content.mandates import Mandate, MandateEnd, MandateRenewal
from documents.content.meetings import AttendanceSheet, MeetingNotice
from documents.content.minutes import Minutes
from documents.content.orders import DispatchSheet, SupervisionOrder
from documents.content.receipt import Receipt
from documents.enums import DocumentKind

CONTENTS: dict[DocumentKind, type[Content]] = {
    content.kind: content
    for content in (
        Minutes,
        AttendanceSheet,
        MeetingNotice,
        SupervisionOrder,
        DispatchSheet,
        ReplyLetter,
        Receipt,
        CaseFile,
        Mandate,
        MandateEnd,
        MandateRenewal,
        ClosingSheet,
        Bulletin,
    )
}
