"""Work for the background worker: what was issued becomes a file, once."""

from django_tasks import task

KIND = "document"


@task()
def make_document(job: str) -> None:
    """The document has its file, and its job tells how that went."""
