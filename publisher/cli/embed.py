"""`nashra embed`: the subscribe form for the newsroom's own site, printed on stdout."""

import os
from typing import Annotated

from cyclopts import Parameter

from publisher.cli.options import SETTINGS, SettingsOption
from publisher.cli.output import say, tell
from publisher.model.errors import UsageError
from publisher.model.site import Newsletter
from publisher.settings import Settings, load_settings
from publisher.text.words import load_words
from publisher.web.embed import render_embed
from publisher.wiring import build_templates

NewsletterOption = Annotated[
    tuple[str, ...],
    Parameter(
        name="--newsletter",
        negative=(),
        help="The newsletter's slug; repeat it for a choice of several. Without it: all of them.",
    ),
]
LanguageOption = Annotated[
    str | None,
    Parameter(name="--language", help="The form's language, and the mails'. Without it: the site's."),
]


def embed(
    *,
    newsletter: NewsletterOption = (),
    language: LanguageOption = None,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Print the form to subscribe, ready to paste into any page: plain HTML that works without JavaScript."""
    loaded = load_settings(settings, os.environ)
    words = load_words(_choose_language(loaded, language))
    offered = _choose_newsletters(loaded, newsletter)
    tell(render_embed(loaded.site, offered, words=words, env=build_templates(words)).rstrip("\n"))
    say(f"Paste this into your page. It posts to {loaded.site.base_url} ([web] base_url).")


def _choose_language(settings: Settings, asked: str | None) -> str:
    site = settings.site
    if asked is None or asked in site.languages:
        return asked or site.language
    known = ", ".join(site.languages)
    raise UsageError(f'this site has no pages in "{asked}"', next_step=f"--language with one of: {known}")


def _choose_newsletters(settings: Settings, asked: tuple[str, ...]) -> tuple[Newsletter, ...]:
    known = [item.slug for item in settings.newsletters]
    unknown = [slug for slug in asked if slug not in known]
    if not known:
        raise UsageError("no newsletter is set", next_step="add a [[newsletter]] to the settings file")
    if unknown:
        step = f"--newsletter with one of: {', '.join(known)}"
        raise UsageError(f'there is no newsletter "{unknown[0]}"', next_step=step)
    return tuple(item for item in settings.newsletters if item.slug in asked or not asked)
