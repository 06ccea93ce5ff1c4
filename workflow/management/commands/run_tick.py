"""The tick as a process: round after round until it is told to stop."""

import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from workflow.tick import tick

log = logging.getLogger(__name__)

EVERY = 20  # seconds: a reminder may be so late, and no later


class Command(BaseCommand):
    help = "Run the tick every so many seconds; SIGTERM and Ctrl-C end it after the job at hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=EVERY, help="seconds between two rounds")

    def handle(self, *args: Any, every: float, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                tick(timezone.now(), clock=timezone.now)
            except Exception:
                # Without its database it can only wait for it; the pulse stands still and the probes say so.
                log.exception("this round of the tick failed")
            stop.wait(every)
