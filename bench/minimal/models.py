"""A demand and its history with nothing around them: no rights, no clocks, no chain."""

from django.conf import settings
from django.db import models


class Firm(models.Model):
    name = models.CharField(max_length=120)


class Category(models.Model):
    name = models.CharField(max_length=40)


class Department(models.Model):
    name = models.CharField(max_length=120)


class Demand(models.Model):
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    text = models.TextField()
    phone = models.CharField(max_length=20)
    state = models.CharField(max_length=24)
    klass = models.CharField(max_length=8)
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    open = models.BooleanField(default=True)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["department", "due_at", "id"], condition=models.Q(open=True), name="demand_queue"),
            models.Index(fields=["department", "-id"], name="demand_archive"),
        ]


class History(models.Model):
    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    action = models.CharField(max_length=40)
    note = models.TextField()
