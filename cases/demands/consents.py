"""The moves of a demand that take two people, and how each is carried out once the second has consented."""

from cases.demands import moves
from workflow.registry import Consent

CONSENTS = {
    "decline": Consent(moves.decline_case),
    "reclassify": Consent(moves.reclassify_case),
}
