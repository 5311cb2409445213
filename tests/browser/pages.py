"""The pages there are, and what can be measured on one: scripts that answer with what is wrong, empty if nothing is."""

from collections.abc import Iterator

from tests.browser.demonstration import Demonstration

LANGUAGES = {"ar": "rtl", "en": "ltr", "ckb": "rtl"}
"""The demonstration's languages, with the direction of their pages."""
READERS = {"ar": "layla@readers.example", "en": "sam@readers.example", "ckb": "karwan@readers.example"}
"""The demonstration's sample readers, by the language of their mails."""
SHARED = (
    "/",
    "/subscribe",
    "/feeds",
    "/feeds/index",
    "/feeds/lang/en",
    "/newsletters/daily",
    "/newsletters/weekly",
    "/newsletters/daily/1",
    "/mailbox",
)

OVERFLOW = """() => [...document.querySelectorAll('body *')].filter(element => {
  const box = element.getBoundingClientRect();
  const seen = box.width > 1 && !element.closest('.skip, .preheader, [aria-hidden=true]');
  return seen && (box.left < -0.5 || box.right > innerWidth + 0.5);
}).map(element => element.outerHTML.slice(0, 120))"""
"""Elements that stick out of the window on either side."""

FAULTS = r"""() => {
  const all = selector => [...document.querySelectorAll(selector)], faults = [];
  const name = e => (e.getAttribute('aria-label') || e.getAttribute('title') || e.textContent).trim();
  const must = (holds, what) => { if (!holds) faults.push(what); };
  const below = (heading, before) => !before || +heading.tagName[1] <= +before.tagName[1] + 1;
  must(document.title.trim(), 'no title');
  must(all('h1').length === 1, `${all('h1').length} h1`);
  must(all('h1, h2, h3, h4').every((e, i, list) => below(e, list[i - 1])), 'a level of headings is left out');
  for (const e of all('input:not([type=hidden]), select, textarea'))
    must(e.labels.length && e.labels[0].textContent.trim(), `no label: ${e.outerHTML}`);
  for (const e of all('a, button, iframe, nav')) must(name(e), `no name: ${e.outerHTML}`);
  for (const e of all('img')) must(e.hasAttribute('alt'), `no alt: ${e.outerHTML}`);
  for (const e of all('[tabindex]')) must(e.tabIndex <= 0, `tabindex: ${e.outerHTML}`);
  for (const attribute of ['aria-describedby', 'aria-labelledby', 'for'])
    for (const e of all(`[${attribute}]`))
      for (const id of e.getAttribute(attribute).split(/\s+/))
        must(document.getElementById(id), `${attribute} points nowhere: ${id}`);
  const ids = all('[id]').map(e => e.id);
  must(new Set(ids).size === ids.length, `an id twice: ${ids}`);
  return faults;
}"""
"""What would stop a screen reader or its user."""


def paths(demonstration: Demonstration, language: str) -> Iterator[str]:
    """Every kind of page in one language, and its sample reader's mails in every view."""
    for path in SHARED:
        yield f"{path}?lang={language}"
    for mail in demonstration.mails_to(READERS[language]):
        for view in ("html", "text", "headers"):
            yield f"/mailbox/{mail.id}?view={view}&lang={language}"
