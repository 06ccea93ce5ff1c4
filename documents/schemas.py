"""The published JSON Schema of what is embedded in a document: written from the classes, never by hand."""

import json
from inspect import cleandoc
from typing import Any

import msgspec

from documents.content.base import SCHEMA, Imprint
from documents.content.catalogue import CONTENTS
from documents.enums import DocumentKind

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: DocumentKind) -> dict[str, Any]:
    """Says exactly what `machine_readable` of that kind may be: nothing missing, nothing unknown."""
    content = CONTENTS[kind]
    urn = SCHEMA.format(kind=kind.lower(), version=content.schema_version)
    (of_imprint, of_content), parts = msgspec.json.schema_components((Imprint, content), ref_template="#/$defs/{name}")
    for part in parts.values():
        if description := part.get("description"):
            part["description"] = cleandoc(description)
        if part.get("type") == "object":
            part["additionalProperties"] = False
    fields = {
        "schema": {"const": urn},
        "kind": {"const": str(kind)},
        "imprint": of_imprint,
        "content": of_content,
    }
    return {
        "$schema": DIALECT,
        "$id": urn,
        "title": str(kind.label),
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
        "$defs": parts,
    }


def text(kind: DocumentKind) -> str:
    """The schema as it is published."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=2) + "\n"
