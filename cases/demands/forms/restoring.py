"""A form with what was typed in its boxes, not yet judged."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.forms.utils import ErrorDict

F = TypeVar("F", bound=forms.Form)


def restored(make: Callable[[Mapping[str, Any]], F], data: Mapping[str, Any]) -> F:
    """The form with everything that was typed in its boxes, and no word of what is missing: nobody sent it yet."""
    form = make(data)
    form._errors, form.cleaned_data = ErrorDict(), {}  # as if it had been judged: Django has no other way to say so
    return form
