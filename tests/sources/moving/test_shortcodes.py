"""Shortcodes go, their words stay, and brackets that people write are none."""

import time

import pytest

from publisher.sources.moving.shortcodes import drop_shortcodes, find_gallery

FILM = "https://youtu.be/dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('[contact-form-7 id="12" title="اتصل بنا"]', ""),
        ('[contact-form-7 404 "Not Found"]', ""),
        ("أ\n[contact-form-7]\nب", "أ\n\nب"),
        ("<p>[contact-form-7]</p>", "<p></p>"),
        ('قبل [su_button url="https://x.example/" size=3]اضغط[/su_button] بعد', "قبل اضغط بعد"),
        ("[dropcap]ا[/dropcap]لخبر", "الخبر"),
        ("[su_divider] نص [ads id=5] آخر", " نص  آخر"),
        ("[button link=https://x.example/a]", ""),
        ("[divider/]نص[spacer 5 /]", "نص"),
        ("[quote name=&quot;سلمى&quot;]نص[/quote]", "نص"),
        ("[note title=”سلمى”]نص", "نص"),
        ("[vc_row][vc_column_text]نص[/vc_column_text]", "\n\n\n\nنص\n\n"),
        ("نص[vc_raw_html]JTNDc2NyaXB0JTNF[/vc_raw_html]آخر", "نص\n\nآخر"),
        (f"[youtube {FILM}]", f'\n\n<iframe src="{FILM}"></iframe>\n\n'),
        (
            f'[su_youtube url="{FILM}?a=1&amp;b=2" width="5"]',
            f'\n\n<iframe src="{FILM}?a=1&amp;b=2"></iframe>\n\n',
        ),
        ("[tweet https://x.example/1]", '\n\n<iframe src="https://x.example/1"></iframe>\n\n'),
        ("[twitter user=سلمى]", ""),
        ('[[su_button]] و[[gallery ids="1"]]', '[su_button] و[gallery ids="1"]'),
    ],
)
def test_a_shortcode_goes_and_its_words_stay(text: str, left: str) -> None:
    assert drop_shortcodes(text) == left


@pytest.mark.parametrize(
    "text",
    [
        *("[1]", "[عاجل]", "[sic]", "[AFP]", "[T]he", "[th]e", "[…]", "[a]", "[]", "[ x ]", "[12] [iv]"),
        "the [co-founder] of it",
        "[anti-government protests] went on",
        "[see https://x.example/a]",
        "[if x=5]",
        "[email protected]",
        "[https://x.example/]",
        "[رويترز] – قال [المتحدث باسم الحكومة] أمس",
        "[Editor's note: this was changed]",
        "[Reuters/AFP]",
        "[a [nested] note]",
        "[breaking news]",
    ],
)
def test_a_bracket_that_a_person_wrote_stays(text: str) -> None:
    assert drop_shortcodes(text) == text
    assert drop_shortcodes(f"قال\n{text}\nأمس") == f"قال\n{text}\nأمس"


def test_a_gallery_tells_its_pictures() -> None:
    text = '[gallery ids="50, 51"] [gallery columns="2" include=&quot;52&quot;] [gallery] [gallery size="7"]'
    assert list(find_gallery(text)) == ["50", "51", "52"]


@pytest.mark.parametrize(
    "text",
    ["[a_b " * 50_000, "[vc_raw_html]" * 30_000, "[gallery ids=" * 30_000, '[x a="' * 50_000, "[[x" * 99_999,
     "[b " + " 1" * 900 + "x]", "[x-y" + " 11" * 600 + "a]", "[x" + " ab=c" * 390 + "=]", "[x-y" + " " * 1900 + "a]"],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    before = time.process_time()
    drop_shortcodes(text)
    list(find_gallery(text))
    assert time.process_time() - before < 10
