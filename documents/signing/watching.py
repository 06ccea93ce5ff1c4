"""Whether documents can be signed, now and in the weeks to come: a check at start and a probe of /readyz.

Both do nothing where no certificate is set, and neither imports what signs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.signing.words import day
from foundation.health import Finding

SOON = timedelta(days=30)
GUIDE = "docs/how-to/sign-documents.md"


def look_at_settings(app_configs: Any = None, **options: Any) -> Sequence[checks.CheckMessage]:
    """A certificate that was set and cannot be used is an error. Whether it has ended is a matter of time and only a
    warning: the worker must start all the same, for it does not only sign."""
    if not (settings.SIGNING_KEY or settings.SIGNING_ROOTS):
        return []
    from documents.signing import certificates

    now, found = timezone.now(), list[checks.CheckMessage]()
    if settings.SIGNING_PASSPHRASE and settings.SIGNING_PASSPHRASE_FILE:
        found.append(checks.Error(_("签名证书的口令设置了两处，只应设置一处"), hint=GUIDE, id="signing.E001"))
    try:
        certificates.roots()
        if settings.SIGNING_KEY:
            certificates.identity()
    except certificates.Unusable as refused:
        return [*found, checks.Error(str(refused), hint=GUIDE, id="signing.E002")]
    if settings.SIGNING_KEY:
        finding = can_sign(now)
        if not finding.ok or certificates.identity().ends - now < SOON:
            found.append(checks.Warning(finding.words, hint=GUIDE, id="signing.W001"))
        if not settings.SIGNING_ROOTS:
            words = _("没有设置认可的签名机构（DIALOGUE_SIGNING_ROOTS），本系统自己的签名也核验不了")
            found.append(checks.Warning(words, hint=GUIDE, id="signing.W002"))
    return found


def can_sign(now: datetime) -> Finding:
    """The probe: no statement, and one look at the file's state once the file has been read."""
    from documents.signing import certificates

    try:
        ends = certificates.usable(now).ends
    except certificates.Unusable as refused:
        return Finding(False, str(refused))
    words = _("签名证书%(day)s到期") % {"day": day(ends)}
    return Finding(True, words if ends - now >= SOON else _("%(ends)s，请尽快更换") % {"ends": words})
