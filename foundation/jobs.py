"""How a worker says how far its job is."""

from django.utils import timezone

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
