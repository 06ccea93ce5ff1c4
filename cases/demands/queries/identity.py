"""By what the firm of a demand is recognised, and where it stands in the demand's texts."""

from collections.abc import Mapping

from cases.demands import question_sets
from cases.demands.models import Case
from cases.demands.naming import FirmNames, Named, firms_in, places_named
from parties.models import Enterprise


def names_of(case: Case) -> FirmNames:
    """Names, code and telephone by which the firm of this demand is recognised; one statement."""
    firm = Enterprise.objects.select_related("district").get(pk=case.enterprise_id)
    return FirmNames(
        name=firm.name,
        short_name=firm.short_name,
        credit_code=firm.credit_code,
        contact_name=case.contact_name,
        contact_phone=case.contact_phone,
        district=firm.district.name,
    )


def firms_named(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """By text the words in it that are a name of any firm of the directory, which officials read; one statement.

    For whoever does not know a hidden firm: the answer depends on nothing but the directory.
    """
    rows = Enterprise.objects.values_list("name", "short_name", "district__name")
    return firms_in(texts, (FirmNames(name, short, district=district) for name, short, district in rows.iterator()))


def named_in(case: Case) -> list[Named]:
    """Where the texts of a hidden demand name its firm; nothing, and no statement, for one that is not hidden.

    Answers are named by the label of their question.
    """
    if not case.hides_firm:
        return []
    return places_named(texts_of(case), names_of(case))


def texts_of(case: Case) -> dict[str, str]:
    """What the firm wrote freely, by the key of the common question; answers by the label of their question."""
    told = dict(question_sets.told(case))
    return {"title": case.title, "text": case.text, "wanted": case.wanted, **told}
