"""Remove files that no row knows and publish what a crash left behind; or only look, for a supervisor."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from foundation.files.sweeping import sweep_files


class Command(BaseCommand):
    help = "Sweep the storage of uploaded files; with --check only look, and end with 1 when content is missing"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, **options: Any) -> None:
        found = sweep_files(timezone.now(), only_look=options["check"])
        self.stdout.write(f"orphans {found.removed}, unpublished {found.published}, missing {found.missing}")
        if options["check"] and found.missing:
            raise CommandError(f"the content of {found.missing} files is missing; their ids stand in the log")
