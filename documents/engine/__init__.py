"""From content to the bytes of a PDF: fonts, layout, archive format. Runs in the background worker, never in a page."""
