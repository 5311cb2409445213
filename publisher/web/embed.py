"""The form a newsroom pastes into its own site.

Plain HTML: no script, no stylesheet, no request to us until it is sent. It posts to `/subscribe` here, from another
site, without a cookie; the answer is our page that says what happens next, in the form's language.
"""

from collections.abc import Sequence

import jinja2

from publisher.model.site import Newsletter, Site
from publisher.text.words import Words
from publisher.web.language import PARAMETER
from publisher.web.subscribe_form import build_form


def render_embed(
    site: Site, newsletters: Sequence[Newsletter], *, words: Words, env: jinja2.Environment
) -> str:
    """The form in the language of `words` (and `env`), for one newsletter or a choice of several."""
    form = build_form(
        site,
        newsletters,
        words,
        names=(),
        action=f"{site.base_url}/subscribe?{PARAMETER}={words.language}",
    )
    template = env.get_template("web/embed.html")
    return template.render(form=form, direction=words.direction, language=words.language)
