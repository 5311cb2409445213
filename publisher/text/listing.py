"""Several names in one line, as the language joins them: `سارة وعمر`, `Sara, Omar and Ali`."""

from collections.abc import Sequence

from babel import Locale, UnknownLocaleError
from babel.lists import format_list


def join_names(names: Sequence[str], language: str) -> str:
    """The names joined for `language` (BCP 47), in English where CLDR does not know it; empty for none."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return format_list(names, locale=locale)
