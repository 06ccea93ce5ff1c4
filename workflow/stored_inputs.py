"""The inputs of a move as JSON, to be run later by another person: rows by their public id, dates as text."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.errors import WrongMoment

ROW, DAY, MOMENT = "$row", "$day", "$moment"


def stored(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """These inputs as JSON has them. Raises TypeError for what cannot be kept, such as an uploaded file."""
    return {name: _stored(value) for name, value in inputs.items()}


def _stored(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Model):
        key = getattr(value, "public_id", value.pk)
        return {ROW: value._meta.label_lower, "key": key if isinstance(key, int) else str(key)}
    if isinstance(value, datetime):
        return {MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, list | tuple | QuerySet):
        return [_stored(one) for one in value]
    raise TypeError(f"{type(value).__name__} cannot wait for a consent")


def loaded(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as the move takes them; one statement for each row among them.

    Raises WrongMoment when such a row is there no longer.
    """
    return {name: _loaded(value) for name, value in inputs.items()}


def _loaded(value: Any) -> Any:
    if isinstance(value, list):
        return [_loaded(one) for one in value]
    if not isinstance(value, dict):
        return value
    if MOMENT in value:
        return datetime.fromisoformat(value[MOMENT])
    if DAY in value:
        return date.fromisoformat(value[DAY])
    model = apps.get_model(value[ROW])
    named = "public_id" if hasattr(model, "public_id") else "pk"
    try:
        return model._base_manager.get(**{named: value["key"]})
    except ObjectDoesNotExist as error:
        raise WrongMoment(_("所提请的内容里有一项已经不在了，请不同意，由提出人重新提请")) from error
