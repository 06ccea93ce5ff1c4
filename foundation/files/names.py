"""Names of files as they are kept and shown: the last part of the path, without what deceives or cannot be saved."""

import unicodedata

from django.utils.translation import gettext as _

LONGEST_NAME = 120  # characters, the extension among them
LONGEST_EXTENSION = 10
# What Windows will not have in a name, and names that it keeps for devices (Microsoft, “Naming Files”).
FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³")}


def safe_name(raw: str) -> str:
    """The name to keep: NFC, one line, no path, no invisible or reordering characters, at most LONGEST_NAME long.

    Otherwise as it was typed. Controls, formats (the right-to-left override among them), surrogates and unassigned
    characters go; a name that Windows keeps for a device gets an underscore before it; one without anything before
    its extension is called 附件.
    """
    last = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(" " if character.isspace() else character for character in last)
    kept = "".join(character for character in kept if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn"})
    kept = " ".join(kept.translate(FORBIDDEN).split()).rstrip(". ")
    stem, dot, extension = kept.rpartition(".")
    if not dot or len(extension) > LONGEST_EXTENSION:
        stem, dot, extension = kept, "", ""
    stem = stem.strip(" .")[: LONGEST_NAME - len(dot + extension)].rstrip(" .") or _("附件")
    if stem.split(".")[0].strip().lower() in DEVICES:
        stem = f"_{stem}"[: LONGEST_NAME - len(dot + extension)]
    return f"{stem}{dot}{extension}"


def extension_of(name: str) -> str:
    """The extension in small letters without its dot; "" when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
