"""What no font has is printed as 〓, the mark of Chinese printers for a missing character, and named in a note."""

import unicodedata

from documents.engine import typefaces

MISSING = "〓"
NAMED_AT_MOST = 40
SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
JOINER = 0x034F


def printable(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with every character that can be printed, and the code points (U+1F600) of those that cannot.

    A letter and its mark become one character where Unicode has it. Spaces of any width become spaces; characters
    without a shape of their own (joiners, selectors, direction) are left out: they could only reorder what is read.
    """
    if not _odd(text):
        return text, ()
    out: list[str] = []
    lacking: dict[str, None] = {}
    covered = typefaces.characters()
    for character in text:
        category = unicodedata.category(character)
        if not _is_odd(character, covered):
            out.append(character)
        elif category == "Cf" or _is_selector(character):
            continue
        elif category in ("Zs", "Zl", "Zp"):
            out.append(" ")
        elif category[0] == "M" and out and _composes(out[-1], character, covered):
            out[-1] = unicodedata.normalize("NFC", out[-1] + character)
        else:
            out.append(MISSING)
            lacking[f"U+{ord(character):04X}"] = None
    return "".join(out), tuple(lacking)


def note(lacking: tuple[str, ...]) -> str:
    """The code points as the note at the end of a document names them; "" for none."""
    named = "、".join(lacking[:NAMED_AT_MOST])
    return f"{named}等{len(lacking)}个" if len(lacking) > NAMED_AT_MOST else named


def _odd(text: str) -> bool:
    covered = typefaces.characters()
    return any(_is_odd(character, covered) for character in set(text))


def _is_odd(character: str, covered: typefaces.Characters) -> bool:
    """Marks count although a font may have them: above a letter of another font they would be set beside it."""
    if character in "\t\n\r":
        return False
    return ord(character) not in covered or unicodedata.category(character)[0] in "MC"


def _is_selector(character: str) -> bool:
    return ord(character) == JOINER or any(ord(character) in block for block in SELECTORS)


def _composes(letter: str, mark: str, covered: typefaces.Characters) -> bool:
    one = unicodedata.normalize("NFC", letter + mark)
    return len(one) == 1 and not _is_odd(one, covered)
