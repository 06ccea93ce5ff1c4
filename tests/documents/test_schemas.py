"""What is embedded in a document reads back as what it says, and the published schemas describe it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from documents.content.base import Imprint, machine_readable
from documents.content.bulletin import Bulletin, Column, Figure, LeagueRow, LeagueTable, Measure
from documents.content.catalogue import CONTENTS
from documents.engine.layouts import LAYOUTS
from documents.enums import DocumentKind
from documents.samples import SAMPLES

pytestmark = pytest.mark.every_page
FOLDER = Path(settings.BASE_DIR, "docs", "reference", "documents")
every_kind = pytest.mark.parametrize("kind", CONTENTS, ids=str)


def published(kind: DocumentKind) -> dict[str, Any]:
    return json.loads((FOLDER / f"{kind.lower()}.schema.json").read_text(encoding="utf-8"))


def check(kind: DocumentKind, envelope: Any) -> None:
    Draft202012Validator(published(kind), format_checker=FormatChecker()).validate(envelope)


def places(plain: Any) -> list[dict[str, Any]]:
    """Every object in the content, the outermost first."""
    if isinstance(plain, dict):
        return [plain, *(one for value in plain.values() for one in places(value))]
    return [one for value in plain for one in places(value)] if isinstance(plain, list) else []


@every_kind
def test_a_moment_without_a_zone_is_refused_wherever_it_stands(kind: DocumentKind) -> None:
    text = json.dumps(SAMPLES[kind].content.to_plain())
    moments = [found.group() for found in re.finditer(r'"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)"', text)]
    for moment in moments:
        with pytest.raises(msgspec.ValidationError, match="timezone"):
            CONTENTS[kind].from_plain(json.loads(text.replace(moment, re.sub(r"(Z|[+-]\d\d:\d\d)\"$", '"', moment))))


def test_every_kind_that_has_a_content_has_a_layout_and_a_sample() -> None:
    assert set(CONTENTS) == set(LAYOUTS) == set(SAMPLES)
    assert all(kind is content.kind is SAMPLES[kind].content.kind for kind, content in CONTENTS.items())


def test_the_published_schemas_are_what_the_classes_give_now(tmp_path: Path) -> None:
    call_command("document_schemas", "--check")
    with pytest.raises(CommandError, match=r"minutes\.schema\.json"):
        call_command("document_schemas", "--check", folder=tmp_path)
    call_command("document_schemas", folder=tmp_path, verbosity=0)
    call_command("document_schemas", "--check", folder=tmp_path)
    (tmp_path / "gone.schema.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match=r"gone\.schema\.json"):
        call_command("document_schemas", "--check", folder=tmp_path)
    call_command("document_schemas", folder=tmp_path, verbosity=0)
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in FOLDER.iterdir()}


@every_kind
def test_what_is_embedded_is_what_the_schema_says(kind: DocumentKind) -> None:
    Draft202012Validator.check_schema(published(kind))
    sample = SAMPLES[kind]
    envelope = json.loads(machine_readable(sample.content, sample.imprint))
    assert envelope["schema"] == published(kind)["$id"]
    check(kind, envelope)
    check(kind, json.loads(machine_readable(sample.content, Imprint())))


@every_kind
def test_a_document_reads_back_as_an_equal_value(kind: DocumentKind) -> None:
    content = SAMPLES[kind].content
    assert CONTENTS[kind].from_plain(json.loads(machine_readable(content, Imprint()))["content"]) == content


@every_kind
def test_an_unknown_or_a_missing_field_is_refused_wherever_it_stands(kind: DocumentKind) -> None:
    sample = SAMPLES[kind]
    text = machine_readable(sample.content, sample.imprint)
    for index in range(len(places(json.loads(text)["content"]))):
        envelope = json.loads(text)
        places(envelope["content"])[index]["unheard_of"] = "x"
        refused(kind, envelope)
    envelope = json.loads(text)
    del envelope["content"]["title"]
    refused(kind, envelope)
    with pytest.raises(ValidationError):
        check(kind, {**json.loads(text), "kind": "OTHER"})


def refused(kind: DocumentKind, envelope: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        check(kind, envelope)
    with pytest.raises(msgspec.ValidationError):
        CONTENTS[kind].from_plain(envelope["content"])


def test_content_without_a_field_that_came_later_still_reads() -> None:
    content = SAMPLES[DocumentKind.REPLY].content
    plain = content.to_plain()
    del plain["copies_to"]
    assert CONTENTS[DocumentKind.REPLY].from_plain(plain) == replace(content, copies_to=())


def test_a_moment_without_its_zone_is_refused() -> None:
    plain = SAMPLES[DocumentKind.ATTENDANCE].content.to_plain()
    plain["held_at"] = "2026-11-18T09:00:00"
    with pytest.raises(msgspec.ValidationError, match="held_at"):
        CONTENTS[DocumentKind.ATTENDANCE].from_plain(plain)


RATE, COUNT = Column(heading="解决率", measure=Measure.RATE), Column(heading="件数", measure=Measure.COUNT)


@pytest.mark.parametrize(
    ("columns", "figures"),
    [
        ((RATE,), ()),
        ((COUNT,), (Figure(value=1, adjusted=1),)),
        ((RATE,), (Figure(value=None, adjusted=9000),)),
        ((RATE,) * 5, (Figure(value=9000, adjusted=9100),) * 5),
    ],
    ids=["figures for all columns", "only rates are adjusted", "nothing to adjust", "too wide for the page"],
)
def test_a_table_that_cannot_be_right_is_refused(columns: tuple[Column, ...], figures: tuple[Figure, ...]) -> None:
    row = LeagueRow(rank=1, name="市能源局", figures=figures)
    with pytest.raises(ValueError, match=r"figures|adjust"):
        LeagueTable(title="t", period="p", columns=columns, rows=(row,))
    plain = SAMPLES[DocumentKind.BULLETIN].content.to_plain()
    plain["tables"][0]["columns"] = msgspec.to_builtins(columns)
    plain["tables"][0]["rows"] = [msgspec.to_builtins(row)]
    with pytest.raises(msgspec.ValidationError):
        Bulletin.from_plain(plain)
