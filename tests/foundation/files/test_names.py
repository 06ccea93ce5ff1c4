"""Names of files: as they were typed, but for what deceives, cannot be saved or is too long."""

import pytest

from foundation.files.names import LONGEST_NAME, extension_of, safe_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("合同.pdf", "合同.pdf"),
        ("合同（2026 年）终稿 v2.PDF", "合同（2026 年）终稿 v2.PDF"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\合同.pdf", "合同.pdf"),
        ("/var/合同.pdf", "合同.pdf"),
        ("发票\u202efdp.exe", "发票fdp.exe"),
        ("零\u200b宽\ufeff.pdf", "零宽.pdf"),
        ("空\0字\x1b符.pdf", "空字符.pdf"),
        ("两\n行\t.pdf", "两 行.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.tar.txt", "_lpt1.tar.txt"),
        ("console.pdf", "console.pdf"),
        ('<a>:"b"|?*.pdf', "_a___b____.pdf"),
        ("末尾有点. . .", "末尾有点"),
        (".pdf", "附件.pdf"),
        ("", "附件"),
        ("...", "附件"),
        ("\u202e", "附件"),
        ("未分配\U000e0fff\ud800.pdf", "未分配.pdf"),
        ("没有扩展名", "没有扩展名"),
    ],
)
def test_a_name_is_kept_as_typed_but_for_what_is_unsafe(typed: str, kept: str) -> None:
    assert safe_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["长" * 300 + ".pdf", "长" * 300, "CON" + " " * 300 + ".pdf", "a." * 200 + "docx", "." * 300]
)
def test_a_long_name_is_cut_and_keeps_its_extension(typed: str) -> None:
    name = safe_name(typed)
    assert 0 < len(name) <= LONGEST_NAME
    assert name == safe_name(name)
    if typed.endswith((".pdf", ".docx")):
        assert extension_of(name) == typed.rpartition(".")[2]


def test_the_extension_is_what_follows_the_last_dot_in_small_letters() -> None:
    assert [extension_of(name) for name in ("a.PDF", "a.tar.Gz", "a", ".pdf", "a.")] == ["pdf", "gz", "", "pdf", ""]
