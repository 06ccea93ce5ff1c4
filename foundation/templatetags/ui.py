"""The parts every page is made of: icon, tag, field, error summary.

They know no domain: what a state is called or how urgent a date is, they are told. Nothing here reads the database.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from html import escape
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.http import QueryDict
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.i18n import do_translate
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from foundation.browsers import browser_words
from foundation.counters import counter_words

register = template.Library()

TONES = ("grey", "blue", "teal", "violet", "amber", "green", "red", "over")
# Never sent back to a browser, whatever page asks for the posted fields.
SECRET_FIELDS = ("csrfmiddlewaretoken", "password")


class Fixed(template.Node):
    def __init__(self, nodes: NodeList) -> None:
        self.nodelist = nodes
        self.drawn: dict[tuple[str | None, str], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        read = get_language(), get_script_prefix()
        if read not in self.drawn:
            bare = Context()
            bare.template = context.template
            self.drawn[read] = self.nodelist.render(bare)
        return self.drawn[read]


@register.tag
def fixed(parser: Parser, token: Token) -> Fixed:
    """{% fixed %}…{% endfixed %}: what is the same for everybody who reads this language, drawn once a process.

    Words, drawings, addresses without parameters. Nothing of a page or a person reaches it: it is drawn in an empty
    context.
    """
    nodes = parser.parse(("endfixed",))
    parser.delete_first_token()
    return Fixed(nodes)


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    """Django's {% translate %}; words that stand in the template are looked up once a process and language."""
    node: Any = do_translate(parser, token)
    words: Any = node.filter_expression
    constant = words.var.literal is not None and not words.filters and not node.noop and node.asvar is None
    if node.message_context is not None:
        constant = constant and isinstance(node.message_context.var, str)
    return Fixed(NodeList([node])) if constant else node


@register.simple_tag(takes_context=True)
def drawn(context: Context, name: str) -> SafeString:
    """A component as it is drawn here, for a page that shows it twice: `{% drawn "components/x.html" as x %}`."""
    assert context.template is not None
    return context.template.engine.get_template(name).render(context)


@register.simple_tag
def other_languages() -> list[tuple[str, str]]:
    """The languages of the product that are not spoken now, each with its own name for itself."""
    return [(code, name) for code, name in settings.LANGUAGES if code != get_language()]


@register.simple_tag
def icon(name: str, label: object = "") -> SafeString:
    """One drawing of the sprite; silent for screen readers unless it stands alone and so carries a label."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            static("icons.svg"),
            name,
        )
    return _silent_icon(name)


@lru_cache(maxsize=200)
def _silent_icon(name: str) -> SafeString:
    """A page shows a hundred of them, and they are a few dozen; where the sprite lies never changes in a process."""
    # Without the quotation marks that HTML does not need: they were a hundredth of a page.
    return format_html('<svg class=icon aria-hidden=true><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def tag(words: object, tone: str = "grey", drawing: str = "") -> SafeString:
    """A badge: words, tint and drawing together, so that colour never carries the meaning alone."""
    return _tag(conditional_escape(words), tone, drawing)


@lru_cache(maxsize=1000)
def _tag(words: SafeString, tone: str, drawing: str) -> SafeString:
    if tone not in TONES:
        raise ValueError(f"unknown tone {tone!r}")
    return format_html(
        '<span class="tag{}">{}{}</span>',
        "" if tone == "grey" else f" tag-{tone}",
        icon(drawing) if drawing else "",
        words,
    )


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, forms.Select):
        return "select"
    return "group" if widget.use_fieldset else "input"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One question with its label, 必填 or 选填, hint, help, error and control, tied together for screen readers.

    The form field may carry, besides Django's own `label` and `help_text`:
    `unit` (words after the box, as 万元), `more` (a pair: question, answer, opened on demand),
    `choice_hints` (value → a line under the choice), `must` (words instead of 必填 or 选填).
    """
    kind = _kind(bound.field.widget)
    errors = list(bound.errors)
    context: dict[str, Any] = {
        "bound": bound,
        "kind": kind,
        "errors": errors,
        "error_id": f"{bound.auto_id}_error",
        "hint_id": f"{bound.auto_id}_helptext",
        "hint": bound.help_text,
        "unit": getattr(bound.field, "unit", ""),
        "more": getattr(bound.field, "more", None),
        "must": getattr(bound.field, "must", ""),
        "required": bound.field.required,
        "described_by": bound.aria_describedby,
        "choices": [],
        "control": "",
    }
    if kind == "choices":
        hints = getattr(bound.field, "choice_hints", {})
        context["choices"] = [(choice, hints.get(str(choice.data["value"]), "")) for choice in bound]
    else:
        attrs = {"class": _class(bound.field.widget, kind)} if kind in ("input", "select") else {}
        context["control"] = bound.as_widget(attrs=attrs)
    return context


def _class(widget: forms.Widget, kind: str) -> str:
    ours = "form-select" if kind == "select" else "form-control"
    return f"{widget.attrs['class']} {ours}" if widget.attrs.get("class") else ours


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """The box alone, in our look: for filter bars, where a visible label stands beside it and nothing is required.

    Boxes of words and choices are put together here, as their widgets would draw them: the templates of these cost as
    much for a filter bar as the whole list, and of a page of moves as much as the panel around it.
    """
    widget = bound.field.widget
    attrs: dict[str, Any] = {"class": _class(widget, _kind(widget))}
    if type(widget) not in (forms.Select, forms.TextInput, forms.Textarea):
        return bound.as_widget(attrs=attrs)
    chosen = "" if (value := bound.value()) is None else str(value)
    attrs = bound.build_widget_attrs(widget.build_attrs(widget.attrs, attrs), widget)
    attrs = {"name": bound.html_name, "id": bound.auto_id, **attrs}
    if type(widget) is forms.TextInput:
        attrs |= {"type": widget.input_type, "value": chosen or None}
        return mark_safe(f"<input{_attributes(attrs)}>")  # noqa: S308 (escaped)
    if type(widget) is forms.Textarea:
        return mark_safe(f"<textarea{_attributes(attrs)}>\n{escape(chosen)}</textarea>")  # noqa: S308 (escaped)
    options = [
        f'<option value="{escape(str(value))}"{" selected" if str(value) == chosen else ""}>{escape(str(label))}'
        for value, label in widget.choices
    ]
    return mark_safe(f"<select{_attributes(attrs)}>{''.join(options)}</select>")  # noqa: S308 (escaped)


def _attributes(attrs: Mapping[str, Any]) -> str:
    """What `flatatt` gives: True is an attribute without a value, None and False are none."""
    given = [(name, value) for name, value in attrs.items() if value is not None and value is not False]
    return "".join(f" {name}" if value is True else f' {name}="{escape(str(value))}"' for name, value in given)


@register.simple_tag
def fault(faults: Mapping[str, object], name: str) -> object:
    """The sentence beside the box of this name, "" when it is in order."""
    return faults.get(name, "")


@register.inclusion_tag("components/error_summary.html")
def error_summary(*shown: forms.BaseForm) -> dict[str, Any]:
    """What has to be mended, on top of the form, each line leading to its box; nothing while all is well."""
    problems: list[tuple[str, str, object]] = []
    for form in shown:
        problems += [("", "", sentence) for sentence in form.non_field_errors()]
        problems += [
            (_target(bound), "" if bound.is_hidden or str(bound.label) in sentence else _named(bound.label), sentence)
            for bound in form
            for sentence in bound.errors
        ]
    return {"problems": problems, "number": len(problems)}


def _named(label: object) -> str:
    """“融资金额：”; a label that asks keeps its own mark."""
    words = str(label)
    return words if words.endswith(("？", "?")) else gettext("%(label)s：") % {"label": words}


def _target(bound: BoundField) -> str:
    """The id of the box, or of the first of several; "" for a hidden field, which nobody can be led to."""
    if bound.is_hidden:
        return ""
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label


@register.filter
def kept(posted: QueryDict) -> Iterator[tuple[str, str]]:
    """The posted fields as hidden fields of a page that lets the person send them again; no passwords, no token."""
    for name, values in posted.lists():
        if not name.startswith(SECRET_FIELDS):
            for value in values:
                yield name, str(value)


register.filter("browser", browser_words)
register.filter(counter_words)


@register.filter
def minutes(span: timedelta) -> int:
    """A span in whole minutes, rounded up, never 0: “约 1 分钟” is true even when seconds are left."""
    return max(1, math.ceil(span.total_seconds() / 60))
