"""The background worker: `db_worker` of django-tasks, with a pulse, and with a log line instead of a traceback."""

import logging
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from foundation.worker import beating

logger = logging.getLogger(__name__)


class Command(db_worker.Command):
    help = "Run the background worker: every queue, until SIGTERM or Ctrl-C"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(queue_name="*", reload=False)

    def handle(self, **options: Any) -> None:
        """Works until stopped. A fault ends the process with 1, for a supervisor to start it anew."""
        try:
            with beating(clock=timezone.now):
                super().handle(**options)
        except CommandError:
            raise  # of the options; its words are ours
        except Exception:
            logger.exception("the worker has failed")
            sys.exit(1)
