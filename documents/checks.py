"""System checks of documents: what setting them needs is installed, and an operator's fonts can be read.

WeasyPrint itself is not imported, which would cost each start half a second: its libraries are looked for by name.
"""

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register
from django.utils.translation import gettext as _

# By the Debian package that brings it. The last is not needed for a document, but without it one takes ten times as
# long: the fonts are then cut in Python.
NEEDED = {"libpango-1.0-0": "libpango-1.0", "libpangoft2-1.0-0": "libpangoft2-1.0"}
FAST = {"libharfbuzz-subset0": "libharfbuzz-subset"}
FONTS = (".otf", ".ttf", ".ttc", ".otc", ".woff", ".woff2")


@register()
def documents_can_be_set(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """A warning for each library that is missing, what is wrong with an operator's fonts."""
    return [
        *(
            checks.Warning(
                _("没有找到 %(library)s，不能生成公文。") % {"library": library},
                hint=_("在后台任务所在的机器上安装：apt-get install %(package)s") % {"package": package},
                id="documents.W001",
            )
            for package, library in NEEDED.items()
            if not present(library)
        ),
        *(
            checks.Warning(
                _("没有找到 %(library)s，生成公文要慢十倍以上。") % {"library": library},
                hint=_("在后台任务所在的机器上安装：apt-get install %(package)s") % {"package": package},
                id="documents.W002",
            )
            for package, library in FAST.items()
            if not present(library)
        ),
        *font_faults(),
    ]


def present(library: str) -> bool:
    """Whether the system finds it, as WeasyPrint will look for it."""
    for name in (f"{library}.so.0", f"{library}.0.dylib"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def font_faults() -> list[CheckMessage]:
    """What is wrong with the operator's folder: a font that cannot be read is an error, one that is not used a warning.

    Other files, such as licences, may lie beside them.
    """
    folder: Path | None = settings.DOCUMENT_FONTS_DIR
    if folder is None:  # the shipped fonts are part of the program
        return []
    hint = _("检查 DIALOGUE_FONTS_DIR 中的文件（docs/how-to/document-fonts.md）。")
    if not folder.is_dir():
        sentence = _("公文字体文件夹 %(folder)s 不存在。") % {"folder": folder}
        return [checks.Error(sentence, hint=hint, id="documents.E001")]
    # Not above: reading fonts costs each start of the program time that most need not give.
    from documents.engine import typefaces

    known = {typefaces.file_of(face) for face in typefaces.TYPEFACES}
    faults: list[CheckMessage] = []
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() not in FONTS:
            continue
        if file not in known:
            sentence = _("公文字体文件夹中的 %(name)s 不会用到，文件名不在清单中。") % {"name": file.name}
            faults.append(checks.Warning(sentence, hint=hint, id="documents.W003"))
        elif not typefaces.readable(file):
            sentence = _("公文字体 %(name)s 不能读取。") % {"name": file.name}
            faults.append(checks.Error(sentence, hint=hint, id="documents.E002"))
    return faults
