"""Which template sets which kind of document."""

from documents.enums import DocumentKind

LAYOUTS: dict[DocumentKind, str] = {
    DocumentKind.MINUTES: "documents/print/minutes.html",
    DocumentKind.RECEIPT: "documents/print/receipt.html",
    DocumentKind.CASE_FILE: "documents/print/case_file.html",
}
