"""A page as a reader of it meets it: forms with their controls, links, ids, labels, cells."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
CONTROLS = ("input", "select", "textarea")
NO_LABEL = ("hidden", "submit", "button", "reset", "image")
FETCHING = ("href", "src", "action", "formaction", "srcset", "poster", "data", "hx-get", "hx-post")


@dataclass
class Control:
    """One box of a form, with what it would send and what may be chosen in it."""

    name: str
    kind: str  # the type of an input; “select”, “textarea”
    value: str = ""
    options: list[str] = field(default_factory=list)

    @property
    def filled(self) -> str | None:
        """What somebody who fills in everything would send; None for a file."""
        if self.kind in ("select", "radio"):
            return self.value or next((option for option in self.options if option), "")
        return {"checkbox": self.value or "on", "file": None}.get(self.kind, self.value)


@dataclass
class Form:
    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)


class Page(HTMLParser):
    """Everything of one page that can be followed, filled in or be wrong."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []  # of <a>
        self.addresses: list[str] = []  # whatever a browser would ask for
        self.ids: list[str] = []
        self.labelled: set[str] = set()  # ids that a label is for
        self.unbound: list[str] = []  # controls without a name that is read out, except those labelled by their id
        self.cells: list[str] = []
        self.text = ""
        self.inline: list[str] = []  # what our policy forbids: scripts, styles and handlers in the page
        self._stack: list[str] = []
        self._select: Control | None = None
        self._area: Control | None = None
        self._cell: list[str] | None = None
        self._to_name: list[tuple[str, str]] = []
        self.feed(html)
        self.unbound += [what for named, what in self._to_name if named not in self.labelled]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._stack.append(tag)
        self.ids += [named["id"]] if "id" in named else []
        asked = [named[name] for name in FETCHING if name in named]
        if tag == "a" and {"noopener", "noreferrer"} & set(named.get("rel", "").split()):
            asked = []  # a way out that says so, which somebody must choose to take
        self.addresses += asked
        self.inline += [f"{tag} {name}" for name in named if name.startswith("on") or name == "style"]
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag == "label" and "for" in named:
            self.labelled.add(named["for"])
        if tag == "form":
            self.forms.append(Form(named.get("action", ""), named.get("method", "get").lower()))
        if tag in ("td", "dd", "th"):
            self._cell = []
        if tag in CONTROLS:
            self._control(tag, named)
        if tag == "option" and self._select is not None:
            self._select.options.append(named.get("value", ""))
            self._select.value = self._select.options[-1] if "selected" in named else self._select.value

    def _control(self, tag: str, named: dict[str, str]) -> None:
        kind = named.get("type", "text") if tag == "input" else tag
        spoken = named.get("aria-label") or named.get("aria-labelledby") or "label" in self._stack
        if kind not in NO_LABEL and not spoken:
            self._to_name.append((named.get("id", ""), f"{tag} {named.get('name', '')}"))
        name = named.get("name")
        if not name or not self.forms:
            return
        controls = self.forms[-1].controls
        control = controls.setdefault(name, Control(name, kind, "" if kind == "radio" else named.get("value", "")))
        if kind == "radio":
            control.options.append(named.get("value", ""))
            control.value = control.options[-1] if "checked" in named else control.value
        if tag == "select":
            self._select = control
        if tag == "textarea":
            self._area = control

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop() != tag:
            pass
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._area = None
        if tag in ("td", "dd", "th") and self._cell is not None:
            self.cells.append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data
        if self._stack and self._stack[-1] in ("script", "style") and data.strip():
            self.inline.append(f"<{self._stack[-1]}>")
        else:
            self.text += data
        if self._cell is not None:
            self._cell.append(data)
