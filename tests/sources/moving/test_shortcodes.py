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
        ("[su_divider]\nنص [ads id=5] آخر", "\nنص  آخر"),
        ("<p>نص</p><p>[su_spacer][su_divider]</p><p>نص</p>", "<p>نص</p><p></p><p>نص</p>"),
        ("<p><b>[su_divider]</b></p>", "<p><b></b></p>"),
        ("نص [su_form 5] و[su_form id=5 of 6] آخر", "نص  و آخر"),
        (f"نص [my_film {FILM}] آخر", f'نص \n\n<iframe src="{FILM}"></iframe>\n\n آخر'),
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


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://e.example/?filter[my_key]=1&x=2">',
        '<img src="https://e.example/i.php?a[img_id]=3.png">',
        '<a title="[note id=&quot;1&quot;]">',
        "<code>rows[my_index]</code>",
        'write <CODE class="x">[su_box id="1"]\n[vc_raw_js]AA==[/vc_raw_js]\n[my_toc]</CODE > there',
        'code without an end: <code>[su_box id="1"]',
        "the formula [x_i] holds",
        "قال <b>[x_i]</b> أمس",
        "[x_i] holds",
        "it holds for [x_i]",
        "as [x_i = 5] and [x_i of it] say",
        "word " * 99 + "[x_i]",
        "[x_i]" + " word" * 99,
    ],
)
def test_what_is_within_a_tag_or_a_sentence_stays(text: str) -> None:
    assert drop_shortcodes(text) == text


def test_the_end_of_a_shortcode_in_code_ends_none_elsewhere() -> None:
    assert drop_shortcodes("[note] is closed by <code>[/note]</code>").startswith("[note] is")


def test_a_gallery_tells_its_pictures() -> None:
    text = '[gallery ids="50, 51"] [gallery columns="2" include=&quot;52&quot;] [gallery] [gallery size="7"]'
    assert list(find_gallery(text)) == ["50", "51", "52"]


@pytest.mark.parametrize(
    "text",
    ["[a_b " * 50_000, "[a_b]" * 50_000, "<code>" * 50_000, "<code></code" * 30_000, "<a " * 99_999,
     "<p [" * 50_000, "[vc_raw_html]" * 30_000, "[gallery ids=" * 30_000, '[x a="' * 50_000, "[[x" * 99_999,
     "[b " + " 1" * 900 + "x]", "[x-y" + " 11" * 600 + "a]", "[x" + " ab=c" * 390 + "=]", "[x-y" + " " * 1900 + "a]"],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    before = time.process_time()
    drop_shortcodes(text)
    list(find_gallery(text))
    assert time.process_time() - before < 10
