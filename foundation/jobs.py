"""How a worker says how far its job is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from foundation.errors import DomainError
from foundation.models import Job, JobState


class Work:
    """Writes into a job what its worker is at; from the first word on it runs."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.write(state=JobState.RUNNING)

    def ends(self, state: JobState, message: str, **fields: object) -> None:
        self.write(state=state, message=message, finished_at=timezone.now(), **fields)

    def write(self, **fields: object) -> None:
        """A job that has ended, by a faster worker, stays as it is."""
        Job.objects.filter(pk=self.job.pk, finished_at=None).update(moved_at=timezone.now(), **fields)


@contextmanager
def working_on(job: Job, *, failed: Any) -> Iterator[Work]:
    """The work of a job, in the one language of what is kept. A refusal ends the job with its sentence; any other error
    ends it with `failed`, a lazy text, and goes on to the worker's log.
    """
    with translation.override(settings.LANGUAGE_CODE):
        work = Work(job)
        try:
            yield work
        except DomainError as refused:
            work.ends(JobState.FAILED, str(refused.sentence))
        except BaseException:
            work.ends(JobState.FAILED, str(failed))
            raise
