"""One round of the tick."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from workflow.tick import tick


class Command(BaseCommand):
    help = "Run every job of the tick that is due, once."

    def handle(self, *args: Any, **options: Any) -> None:
        done = tick(timezone.now(), clock=timezone.now)
        for name, ok in done.items():
            self.stdout.write(f"{name}: {'ok' if ok else 'failed'}")
