"""publisher.wiring.templates"""

from pathlib import Path

import jinja2
import pytest

import publisher
from publisher.text.words import load_words
from publisher.wiring import build_templates, bundled


@pytest.fixture(scope="module")
def env() -> jinja2.Environment:
    return build_templates(load_words("en"))


def test_an_unknown_name_is_a_failure_and_not_a_gap(env: jinja2.Environment) -> None:
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ subscriber }}").render()


def test_html_and_xml_escape_and_plain_text_does_not(env: jinja2.Environment) -> None:
    shown = {
        name: env.overlay(loader=jinja2.DictLoader({name: "{{ text }}"}))
        .get_template(name)
        .render(text="<&>")
        for name in ("a.html", "a.xml", "a.txt")
    }
    assert shown == {"a.html": "&lt;&amp;&gt;", "a.xml": "&lt;&amp;&gt;", "a.txt": "<&>"}


def test_words_come_from_the_catalogue_and_a_missing_one_is_a_failure(env: jinja2.Environment) -> None:
    assert env.from_string("{{ _('issue.nothing_new') }}").render() == load_words("en").say(
        "issue.nothing_new"
    )
    with pytest.raises(KeyError):
        env.from_string("{{ _('issue.no_such_key') }}").render()


def test_every_template_compiles_in_every_language() -> None:
    for language in ("ar", "en", "ckb"):
        env = build_templates(load_words(language))
        names = env.list_templates()
        assert any(name.startswith("mail/") for name in names)
        assert any(name.startswith("web/") for name in names)
        for name in names:
            if name.endswith((".html", ".txt", ".xml")):
                env.get_template(name)


def test_what_the_repository_keeps_is_found_there_and_in_a_wheel_within_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bundled("seeds") == Path(publisher.__file__).parents[1] / "seeds"
    inside = tmp_path / "publisher" / "_bundled" / "seeds"
    inside.mkdir(parents=True)
    monkeypatch.setattr(publisher, "__file__", str(tmp_path / "publisher" / "__init__.py"))
    assert bundled("seeds") == inside
