"""Which template sets which kind of document."""

from documents.enums import DocumentKind

LAYOUTS: dict[DocumentKind, str] = {
    DocumentKind.MINUTES: "documents/print/minutes.html",
    DocumentKind.RECEIPT: "documents/print/receipt.html",
    DocumentKind.CASE_FILE: "documents/print/case_file.html",
    DocumentKind.ATTENDANCE: "documents/print/attendance.html",
    DocumentKind.NOTICE: "documents/print/notice.html",
    DocumentKind.SUPERVISION: "documents/print/supervision.html",
    DocumentKind.DISPATCH: "documents/print/dispatch.html",
    DocumentKind.REPLY: "documents/print/reply.html",
    DocumentKind.MANDATE: "documents/print/mandate.html",
    DocumentKind.MANDATE_END: "documents/print/mandate_end.html",
    DocumentKind.MANDATE_RENEWAL: "documents/print/mandate_renewal.html",
    DocumentKind.CLOSING: "documents/print/closing.html",
    DocumentKind.BULLETIN: "documents/print/bulletin.html",
}
