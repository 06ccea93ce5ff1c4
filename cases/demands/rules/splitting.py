"""Whether a text seems to hold several matters: a hint to the firm, never a refusal."""

import re

CHINESE = "一二三四五六七八九十"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
# At the beginning of a line or after the end of a sentence: 一、 （一） 1. 1、 （1） ① 第一，
MARKER = re.compile(
    rf"(?:^|(?<=[\n。；;]))[ \t\u3000]*(?:"
    rf"[（(](?P<a>[{CHINESE}]|\d{{1,2}})[）)]|第?(?P<b>[{CHINESE}])[、，,.．]|(?P<c>\d{{1,2}})[、.．)）](?!\d)|(?P<d>[{CIRCLED}]))"
)


def numbered_matters(text: str) -> int:
    """How many points the text counts from one on, 一、二、 or 1. 2.; 0 when it counts none."""
    n = 0
    for found in MARKER.finditer(text):
        number = _value(next(mark for mark in found.groups() if mark))
        if number == n + 1:
            n = number
    return n if n >= 2 else 0


def _value(mark: str) -> int:
    if mark in CIRCLED:
        return CIRCLED.index(mark) + 1
    return CHINESE.index(mark) + 1 if mark in CHINESE else int(mark)
