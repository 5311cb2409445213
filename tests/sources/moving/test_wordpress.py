"""A post as WordPress keeps it becomes HTML that says the same."""

import time

import pytest

from publisher.sources.moving.wordpress import to_html

PICTURE = '<img src="https://x.example/1.jpg" alt="">'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb\n\n \n\nc", "<p>a<br>b</p><p>c</p>"),
        ("a\r\nb\r\n\r\nc", "<p>a<br>b</p><p>c</p>"),
        ("<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->", "\n<p>a</p>\n"),
        ("<h2>a</h2>\n\nb", "<h2>a</h2><p>b</p>"),
        ("a\n\nhttps://youtu.be/dQw4w9WgXcQ\n\nb", '<p>a</p><iframe src="https://youtu.be/dQw4w9WgXcQ"></iframe><p>b</p>'),
        ("[embed]https://youtu.be/dQw4w9WgXcQ[/embed]", '<iframe src="https://youtu.be/dQw4w9WgXcQ"></iframe>'),
        ("https://news.example/a", "<p>https://news.example/a</p>"),
        ("https://[", "<p>https://[</p>"),
        (f"[caption id=\"a\"]{PICTURE} سوق[/caption]", f"<figure>{PICTURE}<figcaption> سوق</figcaption></figure>"),
        ("[caption]كلام[/caption]", "<p>كلام</p>"),
        ("[video width=\"5\" mp4=\"https://x.example/v.mp4\"][/video]", '<video src="https://x.example/v.mp4"></video>'),
        ("[audio]", ""),
        ("[vc_row a=\"b\"][vc_column]نص[/vc_column][/vc_row]", "<p>نص</p>"),
        ("a\n<pre>b\n\n[c_d]\n\ne</PRE >\nf\n\ng", "<p>a</p><pre>b\n\n[c_d]\n\ne</PRE ><p>f</p><p>g</p>"),
        ("<pre>a\n\nb", "<pre>a\n\nb"),
        ("[youtube https://youtu.be/dQw4w9WgXcQ]نص", '<iframe src="https://youtu.be/dQw4w9WgXcQ"></iframe><p>نص</p>'),
        ("[su_note a=\"b\"]نص[/su_note] [1]", "<p>نص [1]</p>"),
        ("قال [المتحدث] أمس", "<p>قال [المتحدث] أمس</p>"),
    ],
)  # fmt: skip
def test_known_texts(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "[caption]" * 50_000,
        "<!--" * 50_000,
        "[" * 200_000,
        "\n \t" * 100_000,
        "[audio " * 50_000,
        "<pre>" * 100_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    before = time.process_time()
    to_html(text)
    assert time.process_time() - before < 10


def test_shortcodes_in_code_are_what_the_article_is_about() -> None:
    code = '<code>[video src="https://x.example/a.mp4"] [caption]x[/caption] rows[my_index]</code>'
    assert to_html(f"write {code} there") == f"<p>write {code} there</p>"
