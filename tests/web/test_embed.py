"""publisher.web.embed: the form a newsroom pastes into its own site."""

import re

import pytest
from lxml import html

from publisher.text.words import load_words
from publisher.web.embed import render_embed
from publisher.wiring import build_templates
from tests.web.reader_app import DAILY, SITE, WEEKLY, ReaderApp


def embed(language: str = "ar", newsletters: tuple[object, ...] = (DAILY,)) -> str:
    words = load_words(language)
    return render_embed(SITE, newsletters, words=words, env=build_templates(words))  # type: ignore[arg-type]


def test_the_printed_form_subscribes(reader: ReaderApp) -> None:
    """Pasted into another page, filled in, sent, confirmed."""
    page = html.document_fromstring(f"<html><body><h1>Ours</h1>{embed()}</body></html>")
    form = page.forms[0]  # type: ignore[attr-defined]
    form.fields["email"] = "sara@example.net"
    assert form.action == "https://news.example/subscribe?lang=ar"
    answer = reader.client.post(
        form.action, data=dict(form.form_values()), headers={"Origin": "https://aljeebal.example"}
    )
    assert answer.status_code == 200
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert reader.statuses("sara@example.net") == {"daily": "pending"}
    reader.press()
    assert reader.statuses("sara@example.net") == {"daily": "confirmed"}


def test_it_has_the_seeds_heading_and_runs_right_to_left() -> None:
    form = html.fragment_fromstring(embed())
    assert (form.tag, form.get("dir"), form.get("lang")) == ("form", "rtl", "ar")
    assert form.xpath("string(.//h2)") == "اشترك في النشرة البريدية"


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_it_needs_nothing_from_us_and_runs_nothing(language: str) -> None:
    text = embed(language, (DAILY, WEEKLY))
    assert not re.search(r"<script|<style|<link|<img|<iframe|\sclass=|\sid=|\son\w+=", text)
    assert re.findall(r"https?://[^\"]+", text) == [f"https://news.example/subscribe?lang={language}"]


def test_several_newsletters_are_a_choice_and_the_trap_is_seen_by_nobody() -> None:
    form = html.fragment_fromstring(embed(newsletters=(DAILY, WEEKLY)))
    assert form.xpath(".//input[@type='checkbox']/@value") == ["daily", "weekly"]
    (trap,) = form.xpath(".//*[@aria-hidden='true']")
    assert "clip-path:inset(50%)" in str(trap.get("style"))
    assert all(field.xpath("ancestor::label") for field in form.xpath(".//input[not(@type='hidden')]"))
