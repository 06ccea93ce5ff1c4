"""The nightly replay of clocks as work for the worker: it takes long, and the tick has other things to do meanwhile."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task

from workflow.replay import replay_recent


@task()
def replay_nightly() -> None:
    """What is in hand or moved lately was replayed. What is stored is Chinese, whoever reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        replay_recent(timezone.now())


def enqueue(now: datetime) -> str:
    """For the tick: tonight's replay waits for the worker."""
    replay_nightly.enqueue()
    return "enqueued"
