"""Words for people: gettext catalogues, read from their source at run time.

A catalogue is one `.po` file per domain and language, `publisher/locale/<language>/LC_MESSAGES/<domain>.po`, whose
message ids are keys: `<domain>.<name>`. Nothing is compiled ahead, so what a translator saves is what a reader
sees after the next start. Trap: the order of Arabic's six forms differs between tools (`4 = many, 5 = other` or the
reverse); here each file's own `Plural-Forms` header decides, and a test renders all six of every file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from jinja2 import Environment

import publisher
from publisher.model.direction import Direction
from publisher.model.reason import Reason
from publisher.text.direction import language_direction

_FALLBACK = "en"


class _Missing(NullTranslations):
    """The end of the fallback chain: a key nobody wrote is a defect, not a word to show."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002
        raise KeyError(msgid1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language. `language` is the one the words are in, which is not always the one asked for."""

    language: str
    translations: Mapping[str, GNUTranslations]
    """By domain."""

    @property
    def direction(self) -> Direction:
        """The direction of a page in these words."""
        return language_direction(self.language)

    def say(self, key: str, /, **arguments: object) -> str:
        """The sentence of `key` with `arguments` in its `%(name)s` places.

        Raises KeyError for a key no catalogue has, or a place no argument fills.
        """
        return self._find(key).gettext(key) % arguments

    def count(self, key: str, n: int, /, **arguments: object) -> str:
        """The form of `key` for `n` things; `n` fills `%(num)s` unless an argument of that name does.

        Raises KeyError as `say` does.
        """
        return self._find(key).ngettext(key, key, n) % {"num": n, **arguments}

    def say_reason(self, reason: Reason) -> str:
        """The sentence of a reason. Raises KeyError as `say` does."""
        return self.say(reason.key, **reason.arguments)

    def install(self, env: Environment) -> None:
        """Give `env` the functions `_`, `gettext` and `ngettext` over these words, in jinja2's newstyle:
        arguments are escaped where the template escapes."""
        env.add_extension("jinja2.ext.i18n")
        env.install_gettext_callables(  # type: ignore[attr-defined]
            lambda key: self._find(key).gettext(key),
            lambda key, _plural, n: self._find(key).ngettext(key, key, n),
            newstyle=True,
        )

    def _find(self, key: str) -> NullTranslations:
        return self.translations.get(key.partition(".")[0], _Missing())


def load_words(language: str) -> Words:
    """Read every catalogue of `language` (BCP 47). A language without a folder has its parent's words (`ar-IQ`:
    `ar`), at last English. Raises OSError or ValueError for a catalogue that cannot be read."""
    folder = Path(publisher.__file__).parent / "locale"
    known = {path.name for path in folder.iterdir()}  # asked for by name only: a tag may come from a URL
    found = next((tag for tag in _candidates(language) if tag in known), _FALLBACK)
    paths = sorted((folder / found / "LC_MESSAGES").glob("*.po"))
    return Words(language=found, translations={path.stem: _load_catalogue(path) for path in paths})


def _candidates(language: str) -> list[str]:
    parts = language.replace("_", "-").split("-")
    return ["-".join(parts[:size]) for size in range(len(parts), 0, -1)]


def _load_catalogue(path: Path) -> GNUTranslations:
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{path} is not a gettext catalogue: {error}") from error
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    translations.add_fallback(_Missing())
    return translations
