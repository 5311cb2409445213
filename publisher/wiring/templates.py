"""Templates: the jinja2 environments, one for each language."""

from pathlib import Path

import jinja2

import publisher
from publisher.text.words import Words


def bundled(name: str) -> Path:
    """A folder that stands at the top of the repository and that the wheel carries inside the package."""
    package = Path(publisher.__file__).parent
    inside = package / "_bundled" / name
    return inside if inside.is_dir() else package.parent / name


def build_templates(words: Words) -> jinja2.Environment:
    """The jinja2 environment for one language: strict about names, escaping in HTML, words from the catalogue."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(bundled("templates")),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html", "xml"), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    words.install(env)
    return env
