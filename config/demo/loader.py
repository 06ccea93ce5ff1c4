"""Puts the demonstration into an empty database: city, duty list, firms and people, and demands through the moves.

Of the large size most demands are old ones, which are loaded in bulk before the others are played.

All in one transaction: a load that is broken off leaves nothing behind, and the next one starts from nothing.
"""

import json
from datetime import date
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import translation

from config.demo.archive import SINCE, fill_archive
from config.demo.beside import leave_drafts, save_filters
from config.demo.city import CITY
from config.demo.directory import fill_directory
from config.demo.dispatch_rules import adopt_rules
from config.demo.enterprises import ENTERPRISES
from config.demo.meetings import acts_of_meetings
from config.demo.papers import issue_papers
from config.demo.rosters import make_rosters
from config.demo.sizes import SMALL_SIZE, Size
from config.demo.stage import Progress, Stage
from config.demo.town import Town
from foundation.models import Policy
from parties.models import Enterprise, Organisation, User
from parties.roles import Role
from workflow.models import Event
from workflow.versions import CLOCK_POLICY


def unheard(done: int, total: int) -> None:
    """Progress that nobody listens to."""


def is_there() -> bool:
    """Whether the demonstration has been loaded; it is there whole or not at all."""
    return Enterprise.objects.filter(credit_code=ENTERPRISES[0].credit_code).exists()


def is_from_before_clocks_were_in_events() -> bool:
    """Whether a version loaded the demonstration whose events did not yet say what happened to clocks."""
    first = Event.objects.order_by("pk").values_list("facts", flat=True).first()
    return first is not None and "clocks" not in json.loads(first)


def somebody_else_is_there() -> bool:
    """Whether the database belongs to real users or to another trial."""
    return User.objects.exists() or Organisation.objects.exists()


def load(
    *, seed: int, as_of: date, demands: int, progress: Progress, size: Size = SMALL_SIZE, archived: Progress = unheard
) -> bool:
    """The demonstration is in the database; False when somebody else loaded it at the same moment.

    `progress` hears how many steps of the story have been played, `archived` how many old demands have been written.
    """
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        # Whoever comes second waits here, on both engines: SQLite took its lock at BEGIN.
        Policy.objects.select_for_update().filter(kind=CLOCK_POLICY).first()
        if is_there():
            return False
        cast, first = size.cast(), size.reaches_back_to(as_of)
        old = size.in_bulk(demands)
        since = SINCE if old else date(as_of.year - 1 - cast.every_role, 1, 1)
        people = Town(Random(f"people/{seed}"), since=since, cast=cast)
        fill_directory(people, as_of=as_of, seed=seed)
        make_rosters(people.departments, people.offices, people.post, as_of=as_of)
        if old:
            fill_archive(people, old, seed=seed, until=first, progress=archived)
        stories = size.tell(seed=seed, as_of=as_of, demands=demands, cast=cast)
        meetings = acts_of_meetings(people, as_of=as_of) if size.is_whole(demands) else []
        Stage(people, stories, meetings).play(as_of, progress)
        save_filters(people, as_of=as_of)
        leave_drafts(people, as_of=as_of)
        issue_papers(people, as_of=as_of)
        adopt_rules(people.post(people.offices[CITY.code], Role.SYSTEM_ADMIN), as_of=as_of)
        return True
