"""Direction controls that a text opens and does not close reorder what a reader shows after it: the next headline of a
list, the date beside it. So each paragraph closes what it opens (UAX #9 rules X1 to X8), and what closes nothing goes.
"""

import re

_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENDS = re.compile("([\n\r\x85\u2029])")
_PDF, _PDI = "\u202c", "\u2069"


def close_directions(text: str) -> str:
    """`text` with every embedding, override and isolate closed in its own paragraph; unchanged where all are."""
    if not _CONTROL.search(text):
        return text
    return "".join(map(_close_paragraph, _ENDS.split(text)))


def _close_paragraph(line: str) -> str:
    """Closers in the order of the stack; one that closes an outer control first closes those inside it."""
    stack: list[str] = []
    kept: list[str] = []
    for part in re.split(f"({_CONTROL.pattern})", line):
        if part not in (_PDF, _PDI):
            kept.append(part)
            if _CONTROL.fullmatch(part):
                stack.append(_PDI if part >= "\u2066" else _PDF)
        elif part in stack and (part == _PDI or stack[-1] == _PDF):
            while (closer := stack.pop()) != part:
                kept.append(closer)
            kept.append(part)
    return "".join([*kept, *reversed(stack)])
