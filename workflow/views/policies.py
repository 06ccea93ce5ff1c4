"""The rules of time, for everybody who is signed in: what is in force, what comes, what was, and a calculator."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from foundation.errors import NotVisible
from foundation.keyset import keyset_page
from foundation.models import Policy
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.models import PolicyDraft
from workflow.policies import coming, may_adopt, versions
from workflow.policy_drafts import SHOWN, visible_drafts
from workflow.policy_table import changes, due_dates, groups
from workflow.versions import CLOCK_POLICY

PAGE = 20  # versions
COMING = 10  # versions announced at a time
FIRST_YEAR = 2020  # of the calendars shipped
YEARS_AHEAD = 2
LONGEST_VERSION = 6  # digits


class StartForm(forms.Form):
    """From when the calculator counts; now, unless something else is asked."""

    use_required_attribute = False

    start = forms.DateTimeField(
        label=gettext_lazy("从什么时候开始"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_start(self) -> datetime:
        start: datetime = self.cleaned_data["start"]
        last = timezone.localtime(self.now, ZONE).year + YEARS_AHEAD
        if not FIRST_YEAR <= timezone.localtime(start, ZONE).year <= last:
            raise forms.ValidationError(
                _("请填 %(first)s 到 %(last)s 年之间的时间") % {"first": FIRST_YEAR, "last": last}
            )
        return start


def overview(request: HttpRequest) -> HttpResponse:
    """The version in force as a table, what comes, and when something would be due that begins now."""
    actor = request.actor
    today = timezone.localtime(actor.now, ZONE).date()
    now = timezone.localtime(actor.now, ZONE).replace(second=0, microsecond=0)
    form = (
        StartForm(request.GET, now=actor.now)
        if "start" in request.GET
        else StartForm(initial={"start": now}, now=actor.now)
    )
    wrong = form.is_bound and not form.is_valid()
    start = form.cleaned_data["start"] if form.is_bound and not wrong else now
    in_force = Policy.objects.in_force(CLOCK_POLICY, today)
    announced = list(coming(today)[:COMING])
    counted_by = in_force
    if form.is_bound and not wrong:
        counted_by = _on(start)
    context = {
        "policy": in_force,
        "groups": groups(in_force.data),
        "coming": [(policy, changes(before.data, policy.data)) for before, policy in pairwise([in_force, *announced])],
        "form": form,
        "counted_by": counted_by,
        "start": start,
        "due": [] if wrong else due_dates(counted_by.data, start=start, calendar=calendar_in_force()),
        "may_adopt": may_adopt(actor),
        "drafts": list(visible_drafts(actor).filter(policy=None).order_by("-id")[:SHOWN]),
    }
    return render(request, "workflow/policies.html", context, status=422 if wrong else 200)


def _on(start: datetime) -> Policy:
    """The version that a clock takes which starts then; the first one for a day before all of them."""
    try:
        return Policy.objects.in_force(CLOCK_POLICY, timezone.localtime(start, ZONE).date())
    except Policy.DoesNotExist:
        return Policy.objects.filter(kind=CLOCK_POLICY).order_by("effective_from", "-version")[:1].get()


def policy_versions(request: HttpRequest) -> HttpResponse:
    """Every version, the newest first."""
    today = timezone.localtime(request.actor.now, ZONE).date()
    in_force = Policy.objects.in_force(CLOCK_POLICY, today)
    page = keyset_page(versions().order_by("-version"), after=request.GET.get("after", ""), size=PAGE)
    rows = [(policy, standing(policy, in_force=in_force)) for policy in page.rows]
    return render(request, "workflow/policy_versions.html", {"rows": rows, "next": page.next, "first": page.first})


def standing(policy: Policy, *, in_force: Policy) -> tuple[str, str, str]:
    """Whether a version counts, as words, tint and drawing of a badge."""
    if policy.pk == in_force.pk:
        return pgettext("policy", "现行"), "green", "check"
    if policy.effective_from > in_force.effective_from and not policy.outdone:
        return pgettext("policy", "待生效"), "blue", "cal"
    if policy.effective_from > in_force.effective_from:
        return pgettext("policy", "未生效已被取代"), "grey", "arch"
    return pgettext("policy", "已停用"), "grey", "arch"


def policy_version(request: HttpRequest, version: str) -> HttpResponse:
    """One version, and what it changed: against the one before it, or against another by its number."""
    policy = _find(version)
    asked = request.GET.get("with", "").strip()
    other = _version(asked) if asked else None
    if other is None:
        other = versions().filter(version__lt=policy.version).order_by("-version").first()
    today = timezone.localtime(request.actor.now, ZONE).date()
    context = {
        "policy": policy,
        "standing": standing(policy, in_force=Policy.objects.in_force(CLOCK_POLICY, today)),
        "groups": groups(policy.data),
        "other": other,
        "asked": asked,
        "missing": bool(asked) and (other is None or str(other.version) != asked),
        "changes": changes(other.data, policy.data) if other else [],
        "draft": PolicyDraft.objects.filter(policy=policy).first(),
    }
    return render(request, "workflow/policy_version.html", context)


def _find(version: str) -> Policy:
    found = _version(version)
    if found is None:
        raise NotVisible(_("没有这一版时限规则"))
    return found


def _version(text: str) -> Policy | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION):
        return None
    return versions().filter(version=int(text)).first()
