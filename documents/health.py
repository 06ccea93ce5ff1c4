"""The probe of the register: what was issued has its file soon."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from documents.models import Document
from foundation.counters import bounded_counts, counter_words
from foundation.health import Finding
from foundation.models import JobState

LATE_AFTER = timedelta(minutes=15)  # a document takes a second, and the worker may be at a long task


def documents(now: datetime) -> Finding:
    """No document waits long for its file. Those that failed are counted, for a person to try again: everything else
    works. One statement, of at most a thousand rows for each count.
    """
    without = Document.objects.filter(file=None)
    failed = without.filter(job__state=JobState.FAILED)
    late = without.filter(job__created_at__lt=now - LATE_AFTER).exclude(job__state=JobState.FAILED)
    found = bounded_counts({"late": late, "failed": failed})
    if not any(found.values()):
        return Finding(True, _("没有积压的文书"))
    words = {name: counter_words(count) for name, count in found.items()}
    return Finding(not found["late"], _("%(late)s 份文书等了太久，%(failed)s 份没有生成") % words)
