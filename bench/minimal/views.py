"""M, D, C and T: the queue, one demand with its history, create one, move one."""

import secrets
from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from bench.minimal.models import Demand, History

PAGE = 25


class DemandForm(forms.ModelForm):
    class Meta:
        model = Demand
        fields = ("title", "text", "phone", "category")


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """M: the open demands of one department, what is due first on top."""
    found = Demand.objects.filter(department_id=1, open=True).select_related("firm", "category", "department")
    return render(request, "minimal/queue.html", {"rows": found.order_by("due_at", "id")[:PAGE]})


@login_required
def demand(request: HttpRequest, pk: int) -> HttpResponse:
    """D: one demand with its history."""
    found = get_object_or_404(Demand.objects.select_related("firm", "category", "department"), pk=pk)
    history = found.history.select_related("user").order_by("-id")
    return render(request, "minimal/demand.html", {"demand": found, "history": history})


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """C: one row and its first line of history."""
    form = DemandForm(request.POST)
    if not form.is_valid():
        return render(request, "minimal/form.html", {"form": form}, status=422)
    now = timezone.now()
    with transaction.atomic():
        form.instance.number = secrets.token_hex(9)
        form.instance.state, form.instance.firm_id, form.instance.department_id = "SUBMITTED", 1, 2
        form.instance.created_at, form.instance.due_at = now, now + timedelta(days=1)
        made = form.save()
        History.objects.create(demand=made, at=now, user=request.user, action="submit", note="")
    return redirect("demand", pk=made.pk)


@login_required
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """T: lock, change, note."""
    now = timezone.now()
    with transaction.atomic():
        found = get_object_or_404(Demand.objects.select_for_update(), pk=pk, state="DISPATCHED")
        found.state, found.due_at = "IN_PROGRESS", now + timedelta(days=5)
        found.save(update_fields=["state", "due_at"])
        History.objects.create(demand=found, at=now, user=request.user, action="take", note=request.POST["note"])
    return redirect("demand", pk=pk)
