"""The moves of a demand that take two people, and how each is carried out once the second has consented."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.demands import moves, queries
from foundation.errors import WrongMoment
from workflow.registry import Consent


def _receiver(case: Any, inputs: Mapping[str, Any]) -> int:
    """The department that would take the demand over."""
    return inputs["lead"].pk


def _city(case: Any, inputs: Mapping[str, Any]) -> int:
    """The platform office of the city. Raises WrongMoment where there is none."""
    office = queries.city_office(case).first()
    if office is None:
        raise WrongMoment(_("还没有设立市平台办公室"))
    return office.pk


CONSENTS = {
    "decline": Consent(moves.decline_case),
    "reclassify": Consent(moves.reclassify_case),
    "send_back": Consent(moves.send_back),
    "transfer": Consent(moves.transfer_case, decider=_receiver),
    "report_up": Consent(moves.report_up, decider=_city),
}
