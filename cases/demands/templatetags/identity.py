"""The firm of a demand as its reader may know it, for templates."""

from typing import Any

from django import template

from cases.demands.identity import firm_words
from cases.demands.models import Case

register = template.Library()


@register.filter
def firm_for(case: Case, actor: Any) -> str:
    """`{{ case|firm_for:actor }}`: the name, or the alias for those who may not know it."""
    return firm_words(case, actor)
