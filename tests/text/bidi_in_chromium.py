"""A manual check of the oracle and the corpus against a browser: `python -m tests.text.bidi_in_chromium`.

Every corpus line is laid out by Chromium with `<span dir>` around its runs; where each character stands is compared
with what `uax9.visual_order` says. Prints the lines that differ and ends with 1 if there are any.
"""

import sys
import unicodedata
from html import escape

from playwright.sync_api import Page, sync_playwright

from publisher.model.direction import Direction
from publisher.text.bidi import Run, split_runs
from tests.text.bidi_corpus import IN_ARABIC, IN_ENGLISH
from tests.text.test_bidi import isolated
from tests.text.uax9 import visual_order

_PLACES = """() => {
  const places = [], walker = document.createTreeWalker(document.querySelector('p'), NodeFilter.SHOW_TEXT);
  let at = 0;
  while (walker.nextNode()) {
    for (let i = 0; i < walker.currentNode.length; i++, at++) {
      const range = document.createRange();
      range.setStart(walker.currentNode, i);
      range.setEnd(walker.currentNode, i + 1);
      const box = range.getBoundingClientRect();
      places.push([box.left + box.width / 2, at]);
    }
  }
  return places.sort((a, b) => a[0] - b[0]).map(place => place[1]);
}"""


def main() -> int:
    """Lay out both corpora; how many lines differ decides the exit code."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 2000, "height": 200})
        wrong = [text for text in IN_ARABIC if not _agrees(page, text, Direction.RTL)]
        wrong += [text for text in IN_ENGLISH if not _agrees(page, text, Direction.LTR)]
        browser.close()
    print(
        f"{len(IN_ARABIC) + len(IN_ENGLISH) - len(wrong)} lines agree, {len(wrong)} differ", *wrong, sep="\n"
    )
    return 1 if wrong else 0


def _agrees(page: Page, text: str, base: Direction) -> bool:
    runs = split_runs(text, base)
    page.set_content(
        f'<p dir="{base}" style="white-space:pre;font-family:monospace">{"".join(map(_span, runs))}</p>'
    )
    seen = "".join(text[place] for place in page.evaluate(_PLACES))
    return _without_marks(seen) == _without_marks(visual_order(isolated(runs), rtl=base is Direction.RTL))


def _without_marks(text: str) -> str:
    """A mark stands in the middle of its letter: which comes first from the left is no question."""
    return "".join(char for char in text if not unicodedata.combining(char))


def _span(run: Run) -> str:
    return f'<span dir="{run.direction}">{escape(run.text)}</span>' if run.direction else escape(run.text)


if __name__ == "__main__":
    sys.exit(main())
