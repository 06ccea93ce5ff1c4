"""The parts of pages: what a screen reader hears of a field, and what is never sent back to a browser."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from foundation.templatetags.ui import control, kept, minutes, tag


class Loan(forms.Form):
    use_required_attribute = False
    kind = forms.ChoiceField(
        label="需要哪种支持？", choices=[("a", "新增贷款"), ("b", "续贷")], widget=forms.RadioSelect
    )
    kind.choice_hints = {"b": "原贷款 90 天内到期"}
    amount = forms.DecimalField(label="金额", help_text="这次需要的数", widget=forms.TextInput)
    amount.unit = "万元"
    use = forms.CharField(label="用途", required=False, widget=forms.Textarea)
    use.more = ("怎么写更快办成？", "写清用在哪里")
    agreed = forms.BooleanField(label="已核对", error_messages={"required": "请先核对"})


def drawn(form, source="{% error_summary form %}{% for bound in form %}{% field bound %}{% endfor %}"):
    return Template("{% load ui %}" + source).render(Context({"form": form}))


class Filters(forms.Form):
    q = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "“甲”&<乙>", "maxlength": "60"}))
    month = forms.CharField(widget=forms.TextInput(attrs={"type": "month"}))
    kind = forms.ChoiceField(choices=[("", "全部"), ("a&b", "甲 & <乙>"), (3, "丙")])


def test_the_boxes_of_a_filter_bar_are_those_that_their_widgets_would_draw():
    for initial in ({}, {"q": '"><script>', "month": "2026-11", "kind": "a&b"}, {"q": 0, "kind": 3}):
        form = Filters(initial=initial, use_required_attribute=False)
        for bound in form:
            ours = "form-select" if bound.name == "kind" else "form-control"
            assert read(control(bound)) == read(bound.as_widget(attrs={"class": ours}))


def read(html):
    """The tags with their attributes, and the words, as a browser reads them."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda name, attrs: found.append((name, sorted(attrs)))
    parser.handle_data = lambda words: found.append(words.strip()) if words.strip() else None
    parser.feed(html)
    return found


def test_what_is_fixed_is_drawn_for_each_language_and_knows_nothing_of_its_page():
    source = '{% load i18n ui %}{% fixed %}{% translate "保存" context "verb" %}{% if page %}?{% endif %}{% endfixed %}'
    template, said = Template(source), []
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            said.append(template.render(Context({"page": "甲"})))
    assert said == ["保存", "Save", "保存"]


def test_a_field_is_tied_to_its_label_hint_and_error():
    page = drawn(Loan({"amount": "三百左右"}))
    assert '<label class="form-label" for="id_amount">' in page
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in page
    assert 'id="id_amount_helptext"' in page
    assert 'id="id_amount_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="三百左右"' in page


def test_a_question_with_choices_is_a_group_with_its_question_as_legend():
    page = drawn(Loan())
    assert page.count("<fieldset") == 1
    assert '<legend class="legend">需要哪种支持？' in page
    assert "<small>原贷款 90 天内到期</small>" in page


def test_every_field_says_whether_it_must_be_filled_in():
    page = drawn(Loan())
    assert page.count(">必填</span>") == 2
    assert page.count(">选填</span>") == 1


def test_unit_and_help_stand_with_their_field():
    page = drawn(Loan())
    assert "<span>万元</span>" in page
    assert "怎么写更快办成？</summary>" in page


def test_the_summary_leads_to_every_field_that_must_be_mended():
    page = drawn(Loan({"amount": "三百左右"}))
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets == ["id_kind_0", "id_amount", "id_agreed"]
    assert all(f'id="{target}"' in page for target in targets)
    assert "有 3 处需要修改" in page
    assert [line for line in re.findall(r'<a href="#[^"]+">([^<]+)</a>', page) if "有 3" not in line] == [
        "请回答：需要哪种支持？",
        "金额：输入一个数字。",
        "已核对：请先核对",
    ]


def test_what_is_missing_is_named_by_the_kind_of_its_field():
    class Everything(forms.Form):
        place = forms.CharField(label="会议地点")
        host = forms.ChoiceField(label="召集人", choices=[("a", "甲")])
        paper = forms.FileField(label="纪要原件")
        day = forms.DateField(label="日期")
        sure = forms.BooleanField(label="我已核对")
        seen = forms.IntegerField(widget=forms.HiddenInput)
        note = forms.CharField(label="备注", required=False)

    assert [str(sentence) for sentences in Everything({}).errors.values() for sentence in sentences] == [
        "请填写会议地点。",
        "请选择召集人。",
        "请上传纪要原件。",
        "请填写日期。",
        "请勾选“我已核对”。",
        "缺少必需的内容，请刷新页面后再试。",
    ]


def test_a_form_in_order_has_no_summary():
    assert "需要修改" not in drawn(Loan({"kind": "a", "amount": "3", "agreed": "on"}))


def test_a_word_typed_into_a_field_is_never_markup():
    page = drawn(Loan({"use": "<script>alert(1)</script>"}))
    assert "<script>" not in page


def test_a_badge_of_an_unknown_tone_is_a_mistake_of_the_program():
    with pytest.raises(ValueError):
        tag("词", "pink")


def test_passwords_and_tokens_are_not_carried_to_the_next_try():
    posted = QueryDict("title=贷款&title=续贷&password=secret&password1=secret&csrfmiddlewaretoken=x")
    assert list(kept(posted)) == [("title", "贷款"), ("title", "续贷")]


def test_a_span_is_rounded_up_to_minutes():
    assert [minutes(timedelta(seconds=n)) for n in (0, 1, 60, 61)] == [1, 1, 1, 2]


def test_every_drawing_a_page_asks_for_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="(\w+)"', (settings.BASE_DIR / "static/icons.svg").read_text()))
    asked = set()
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        asked |= set(re.findall(r'{% icon "(\w+)"', path.read_text()))
    for name in ("cases", "config", "dialogue", "workflow"):
        for path in Path(settings.BASE_DIR / name).rglob("*.py"):
            asked |= set(re.findall(r'"icon": "(\w+)"', path.read_text()))
    assert asked - known == set()


def test_no_page_carries_a_style_or_a_script_of_its_own():
    templates = settings.BASE_DIR / "templates"
    for path in set(templates.rglob("*.html")) - set((templates / "documents/print").iterdir()):  # paper has its own
        source = path.read_text()
        assert not re.search(r"<script(?! src=\"\{% static 'js/)|<style|\sstyle=|\son\w+=|https?://", source), path
