"""Choices of a row by something else than its key."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class RowChoice(forms.ModelChoiceField):
    """A row chosen by a column of another type. What is no value of that type is no choice either, and not repeated."""

    def to_python(self, value: Any) -> Any:
        """The row. Raises ValidationError; the column's own would speak of its type and repeat all that was sent."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error
