"""For the security and the audit administrator: the record of signing in, and resetting a lost second factor."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.errors import Refused
from foundation.keyset import keyset_page
from parties.models import User
from parties.sign_in import factors, records
from parties.sign_in.forms import RecordFilter, ResetForm
from parties.sign_in.tables import SignInRecord

PAGE = 50


@require_safe
def sign_in_records(request: HttpRequest) -> HttpResponse:
    """What happened to accounts, newest first, of everybody or of one; one statement, two with an account."""
    records.for_readers(request.actor.role)
    form, rows = wanted_records(request.GET)
    page = keyset_page(rows, after=request.GET.get("after", ""), size=PAGE)
    asked = urlencode({name: value for name in ("account", "kind") if (value := request.GET.get(name, ""))})
    context = {"form": form, "rows": page.rows, "next": page.next, "first": page.first, "asked": asked}
    return render(request, "registration/records.html", context)


def wanted_records(query: QueryDict) -> tuple[RecordFilter, QuerySet[SignInRecord]]:
    """The filter of an address, and the lines it lets through; one statement for the account that it names."""
    form = RecordFilter(query)
    wanted = form.cleaned_data if form.is_valid() else {"account": "", "kind": ""}
    user = User.objects.filter(username=wanted["account"]).first() if wanted["account"] else None
    rows = records.newest(user=user, kind=wanted["kind"])
    if wanted["account"] and user is None:
        rows = SignInRecord.objects.none().order_by("-at", "-id")
    return form, rows


def reset_factor(request: HttpRequest) -> HttpResponse:
    """A colleague whose phone is lost has no second factor any more, and sets up another at the next sign-in."""
    role = request.actor.role
    factors.for_security(role)
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = factors.reset(request, given["account"], by=request.user, role=role, reason=given["reason"])
        except Refused as error:
            form.add_error(error.field, str(error.sentence))
        else:
            messages.success(request, _("已重置 %(name)s 的二次验证，其登录都已结束") % {"name": user.name})
            return redirect("reset_factor")
    status = 422 if request.method == "POST" else 200
    return render(request, "registration/reset_factor.html", {"form": form}, status=status)
