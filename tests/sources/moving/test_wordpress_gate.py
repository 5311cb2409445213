"""Nothing of a WordPress export is brought that was not published, or was not for everybody."""

import pytest

from publisher.sources.moving.entry import FormerEntry
from tests.sources.moving.reading import accepted, entries

SPELLINGS = [
    "http://wordpress.org/export/1.2/",
    "https://wordpress.org/export/1.2/",
    "HTTP://WordPress.org/Export/1.0/",
    "https://www.wordpress.org/export/9/",
]
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def document(inside: str, spelling: str = SPELLINGS[0], at: str = "rss") -> str:
    """An export of one item, its namespace declared at an element of it."""
    declared = {name: f'xmlns:wp="{spelling}"' if name == at else "" for name in ("rss", "channel", "item")}
    return (
        f'<rss version="2.0" {CONTENT} {declared["rss"]}><channel {declared["channel"]}>'
        f"<item {declared['item']}><guid>7</guid><title>ت</title>{inside}</item></channel></rss>"
    )


def fields(status: str = "publish", kind: str = "post", password: str = "", more: str = "") -> str:
    """What WordPress says of a post."""
    return (
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>"
        f"<wp:post_password>{password}</wp:post_password>{more}"
    )


def key(text: str) -> str | None:
    """Why the one entry of a document was left out."""
    (entry,) = entries(text)
    return entry.left_out.key if entry.left_out else None


def post(text: str, more: str = "") -> FormerEntry:
    """A published post of this text."""
    (entry,) = entries(
        document(fields() + f"<content:encoded><![CDATA[{text}]]></content:encoded>{more}", at="channel")
    )
    return entry


@pytest.mark.parametrize("at", ["rss", "channel", "item"])
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    ("inside", "why"),
    [
        *((fields(status), "moving.not_published")
          for status in ("draft", "private", "pending", "future", "trash", "auto-draft", "inherit")),
        (fields(kind="revision", status="inherit"), "moving.other_kind"),
        (fields(password="x"), "moving.protected"),
        (fields(status="archive"), "moving.unknown_status"),
        (fields(status=""), "moving.unstated"),
        (fields(kind=""), "moving.unstated"),
        ("<wp:post_id>7</wp:post_id>", "moving.unstated"),
        (fields(more="<wp:status>draft</wp:status>"), "moving.unstated"),
        ("<status>publish</status>" + fields("draft"), "moving.not_published"),
        (fields(), None),
    ],
)  # fmt: skip
def test_an_export_is_known_wherever_and_however_it_spells_its_namespace(
    at: str, spelling: str, inside: str, why: str | None
) -> None:
    assert key(document(inside, spelling, at)) == why


@pytest.mark.parametrize("status", ["draft", "publish"])
def test_a_namespace_declared_on_each_element_alone_is_known_too(status: str) -> None:
    own = f'xmlns="{SPELLINGS[1]}"'
    inside = f"<status {own}>{status}</status><post_type {own}>post</post_type>"
    assert key(document(inside, at="")) == (None if status == "publish" else "moving.not_published")


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        (fields("draft"), "moving.not_published"),
        ("<wp:post_password>x</wp:post_password>", "moving.unstated"),
        ("<wp:status>draft</wp:status>", None),
    ],
)
def test_fields_that_only_wordpress_has_are_known_in_any_namespace(inside: str, why: str | None) -> None:
    """A `status` alone is said by others as well, of other things."""
    assert key(document(inside, "https://mirror.example/wp")) == why


@pytest.mark.parametrize("name", ["wxr_version", "author"])
def test_an_item_that_says_nothing_of_itself_in_an_export_is_left_out(name: str) -> None:
    head = f'<{name} xmlns="{SPELLINGS[1]}">1.2</{name}>'
    assert key(f"<rss><channel>{head}<item><guid>7</guid></item></channel></rss>") == "moving.unstated"
    assert key("<rss><channel><item><guid>7</guid></item></channel></rss>") is None


def test_a_blank_is_a_password_and_the_layout_of_an_empty_element_is_none() -> None:
    assert key(document(fields(password=" "))) == "moving.protected"
    assert key(document(fields(password="<![CDATA[ ]]>"))) == "moving.protected"
    assert key(document(fields(password="\n\t\t\t<![CDATA[]]>\n\t\t"))) is None


@pytest.mark.parametrize(
    ("name", "value", "is_open"),
    [
        ("_jetpack_newsletter_access", "paid_subscribers", False),
        ("_jetpack_newsletter_access", "subscribers", False),
        ("_jetpack_newsletter_access", "whatever comes next", False),
        ("_jetpack_newsletter_access", "everybody", True),
        ("_jetpack_newsletter_access", "", True),
        ("_jetpack_memberships_contains_paid_content", "1", False),
        ("_members_access_role", "subscriber", False),
        ("rcp_subscription_level", "2", False),
        ("_is_paid", "1", False),
        ("_is_paid", "0", True),
        ("_edit_last", "2", True),
    ],
)
def test_what_plugins_write_beside_a_post_of_who_may_read_it(name: str, value: str, is_open: bool) -> None:
    meta = (
        f"<wp:postmeta><wp:meta_key>{name}</wp:meta_key><wp:meta_value>{value}</wp:meta_value></wp:postmeta>"
    )
    assert key(document(fields(more=meta))) == (None if is_open else "moving.protected")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        (("أ<!-- wp:premium-content/container --><!-- wp:premium-content/subscriber-view --><p>سر</p>"
         "<!-- /wp:premium-content/subscriber-view -->"), "wp:premium-content/container"),
        ("أ<!-- wp:jetpack/paywall /--><p>سر</p>", "wp:jetpack/paywall"),
        ('أ<!-- wp:jetpack/paywall --><!--more--><!-- /wp:jetpack/paywall -->', "wp:jetpack/paywall"),
        ('أ<!--wp:acme/members-only {"a":{"b":1}} --><p>سر</p>', "wp:acme/members-only"),
        ("[restrict]سر[/restrict]", "[restrict]"),
        ('[restrict userlevel="editor"]سر[/restrict]', "[restrict]"),
        ("[members_only]سر[/members_only]", "[members_only]"),
        ("[um_LoggedIn]سر[/um_LoggedIn]", "[um_LoggedIn]"),
        ("[subscribed]<p>سر</p>[/subscribed]", "[subscribed]"),
        ("[su_private]سر[/su_private]", "[su_private]"),
        ("[content-protector]سر[/content-protector]", "[content-protector]"),
        ("[is_paid]سر[/is_paid]", "[is_paid]"),
        ("[sociallocker]سر[/sociallocker]", "[sociallocker]"),
        ("[s2If current_user_can(x)]سر[/s2If]", "[s2If]"),
    ],
)  # fmt: skip
def test_a_post_with_a_part_for_some_readers_is_left_out_and_the_part_is_named(text: str, mark: str) -> None:
    left_out = post(text).left_out
    assert left_out is not None
    assert (left_out.key, left_out.arguments) == ("moving.gated", {"mark": mark})


def test_an_excerpt_is_looked_at_as_well() -> None:
    more = '<encoded xmlns="https://wordpress.org/export/1.2/excerpt/">[restrict]سر[/restrict]</encoded>'
    left_out = post("نص", more).left_out
    assert left_out is not None
    assert left_out.key == "moving.gated"


@pytest.mark.parametrize(
    "text",
    [
        "<!-- wp:paragraph --><p>نص</p><!-- /wp:paragraph --><!-- wp:loginout /-->",
        '<!-- wp:jetpack/subscriptions {"a":1} --><div>[form]</div><!-- /wp:jetpack/subscriptions -->',
        '<!-- wp:acme/membership-levels {"columns":3} /--><p>نص</p>',
        "[login_form] [caption]صورة[/caption] [gallery ids='1'] [b]نص[/b]",
        "<!-- a note to members --> وقال [عضو] إن الاشتراك private paid",
        "نص <!-- wp:private /-->",
    ],
)
def test_forms_layout_and_words_hide_nothing(text: str) -> None:
    assert post(text).left_out is None


def test_a_date_that_wordpress_lost_is_read_from_the_sites_own_clock() -> None:
    lost = "0000-00-00 00:00:00"
    own = "<wp:post_date>2025-11-02 10:30:00</wp:post_date>"
    no_date = "<pubDate>Wed, 30 Nov -0001 00:00:00 +0000</pubDate>"
    inside = f"<wp:post_date_gmt>{lost}</wp:post_date_gmt>{no_date}"
    text = "<content:encoded>نص</content:encoded>"
    (entry,) = entries(document(fields(more=inside + own + text)))
    found = accepted(entry)
    assert found.published_at.isoformat() == "2025-11-02T10:30:00+03:00"
    assert found.zone_from == "site setting Asia/Baghdad"
    (without,) = entries(document(fields(more=f"{inside}<wp:post_date>{lost}</wp:post_date>{text}")))
    assert without.published == ""
    stated = inside.replace(no_date, "<pubDate>Sun, 02 Nov 2025 07:00:00 +0000</pubDate>")
    (feed,) = entries(document(fields(more=stated + own + text)))
    assert feed.published == "Sun, 02 Nov 2025 07:00:00 +0000"


def test_pictures_of_an_export_are_found_wherever_its_namespace_is_declared() -> None:
    meta = (
        "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>70</wp:meta_value></wp:postmeta>"
    )
    picture = (
        f'<item xmlns:wp="{SPELLINGS[1]}"><wp:post_id>70</wp:post_id><wp:post_type>attachment</wp:post_type>'
        "<wp:status>inherit</wp:status><wp:attachment_url>https://n.example/a.jpg</wp:attachment_url></item>"
    )
    text = document(fields(more=meta), SPELLINGS[1], "item").replace("</channel>", f"{picture}</channel>")
    assert [image.src for image in entries(text)[0].images] == ["https://n.example/a.jpg"]
