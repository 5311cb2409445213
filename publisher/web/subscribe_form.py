"""The form to subscribe, on our pages and on a newsroom's own: the same fields, the same words.

Nothing visitors type is asked for beyond an address. The trap is a field no person sees; its name means nothing to the
programs that fill in forms for people, so that they leave it alone and no reader is taken for a machine.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from publisher.model.direction import Direction
from publisher.model.site import Newsletter, Site
from publisher.text.direction import direction_of, language_direction
from publisher.text.words import Words
from publisher.web.when import render_recurrence

ADDRESS, NEWSLETTER, LANGUAGE, TRAP = "email", "newsletter", "language", "note"
"""The names of the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterChoice:
    """A newsletter to choose. `when` says when it comes; title and description keep their own direction."""

    slug: str
    title: str
    direction: Direction
    language: str
    description: str
    when: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChoice:
    """A language the mails can come in; `name` is in that language itself."""

    tag: str
    name: str
    direction: Direction
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeForm:
    """What the form shows. `action` is where it posts to. `fault` says what to mend; empty: nothing."""

    action: str
    address: str
    newsletters: tuple[NewsletterChoice, ...]
    languages: tuple[LanguageChoice, ...]
    fault: str = ""
    address_is_at_fault: bool = False


def build_form(
    site: Site,
    newsletters: Sequence[Newsletter],
    words: Words,
    *,
    action: str,
    chosen: Sequence[str] = (),
    language: str | None = None,
    address: str = "",
    fault: str = "",
    address_is_at_fault: bool = False,
    names: Sequence[tuple[str, str]],
) -> SubscribeForm:
    """The form in the language of `words`. Where nothing is `chosen` yet, the first newsletter is.

    `names` are the languages to choose from, each with its own name; the mails come in the page's language unless
    `language` says otherwise.
    """
    ticked = set(chosen) or {newsletter.slug for newsletter in newsletters[:1]}
    wanted = language or words.language
    return SubscribeForm(
        action=action,
        address=address,
        newsletters=tuple(_newsletter(site, item, words, item.slug in ticked) for item in newsletters),
        languages=tuple(
            LanguageChoice(tag=tag, name=name, direction=language_direction(tag), is_chosen=tag == wanted)
            for tag, name in names
        ),
        fault=fault,
        address_is_at_fault=address_is_at_fault,
    )


def consent_wording(words: Words) -> str:
    """Language and fingerprint of the sentence under the form: what the reader agreed to, for the record of consent."""
    sentence = words.say("web.subscribe.consent")
    return f"{words.language} {hashlib.sha256(sentence.encode()).hexdigest()[:12]}"


def _newsletter(site: Site, newsletter: Newsletter, words: Words, is_chosen: bool) -> NewsletterChoice:
    default = language_direction(newsletter.language)
    return NewsletterChoice(
        slug=newsletter.slug,
        title=newsletter.title,
        direction=direction_of(newsletter.title, default=default),
        language=newsletter.language,
        description=newsletter.description,
        when=render_recurrence(newsletter.recurrence, site=site, words=words),
        is_chosen=is_chosen,
    )
