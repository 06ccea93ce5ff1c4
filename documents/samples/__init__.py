"""One document of every kind, with invented people and firms: for the page of samples, the tests and the bench."""

from documents.enums import DocumentKind
from documents.samples import bulletin, mandates, meetings, minutes, orders, papers
from documents.samples.parts import Sample

SAMPLES: dict[DocumentKind, Sample] = {
    sample.content.kind: sample
    for sample in (
        minutes.MINUTES,
        meetings.ATTENDANCE,
        meetings.NOTICE,
        orders.SUPERVISION,
        orders.DISPATCH,
        orders.REPLY,
        papers.RECEIPT,
        papers.CASE_FILE,
        mandates.MANDATE,
        mandates.END,
        mandates.RENEWAL,
        orders.CLOSING,
        bulletin.BULLETIN,
    )
}
