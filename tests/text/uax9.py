"""An independent oracle: the Unicode Bidirectional Algorithm (UAX #9) for one line, with isolates.

Written from the annex's rules (P2 to L2), without embeddings and overrides, which Nashra never emits. It answers one
question: in which order, left to right, does a reader see the characters?
"""

import unicodedata

LRI, RLI, PDI = "\u2066", "\u2067", "\u2069"
_OPENING, _CLOSING = "([{", ")]}"


def visual_order(text: str, *, rtl: bool) -> str:
    """The characters of `text` as seen from left to right in a paragraph of that direction, isolates left out."""
    levels = _levels(text, 1 if rtl else 0)
    places = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):
        at = 0
        while at < len(places):
            end = at
            while end < len(places) and levels[places[end]] >= level:
                end += 1
            places[at:end] = reversed(places[at:end])
            at = end + 1
    return "".join(text[place] for place in places if text[place] not in (LRI, RLI, PDI))


def _levels(text: str, base: int) -> list[int]:
    """The resolved level of every character (X1 to I2, L1 for trailing white space)."""
    levels, sequences = _explicit(text, base)
    for places, level in sequences:
        edge = "R" if level % 2 else "L"
        kinds = [_kind(text[place]) for place in places]
        _weak(kinds, edge)
        _brackets([text[place] for place in places], kinds, edge)
        _neutral(kinds, edge)
        for place, kind in zip(places, kinds, strict=True):
            levels[place] = _implicit(kind, level)
    for place in range(len(text) - 1, -1, -1):
        if _kind(text[place]) not in ("WS", "LRI", "RLI", "PDI"):
            break
        levels[place] = base
    return levels


def _kind(char: str) -> str:
    return unicodedata.bidirectional(char) or "L"


def _explicit(text: str, base: int) -> tuple[list[int], list[tuple[list[int], int]]]:
    """X1 to X10 for isolates: levels, and the isolating run sequences, each with its level."""
    levels: list[int] = []
    open_sequences: list[tuple[list[int], int]] = [([], base)]
    finished: list[tuple[list[int], int]] = []
    for place, char in enumerate(text):
        if char == PDI and len(open_sequences) > 1:
            finished.append(open_sequences.pop())
        sequence, level = open_sequences[-1]
        sequence.append(place)
        levels.append(level)
        if char in (LRI, RLI):
            inner = level + 1 if (level + 1) % 2 == (char == RLI) else level + 2
            open_sequences.append(([], inner))
    return levels, finished + open_sequences


def _weak(kinds: list[str], edge: str) -> None:
    before = edge
    for i, kind in enumerate(kinds):  # W1
        if kind in ("NSM", "BN"):
            kinds[i] = "ON" if before in ("LRI", "RLI", "PDI") else before
        before = kinds[i]
    strong = edge
    for i, kind in enumerate(kinds):  # W2
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[i] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for i in range(1, len(kinds) - 1):  # W4
        around = (kinds[i - 1], kinds[i + 1])
        if kinds[i] == "ES" and around == ("EN", "EN"):
            kinds[i] = "EN"
        if kinds[i] == "CS" and around in (("EN", "EN"), ("AN", "AN")):
            kinds[i] = around[0]
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):  # W5, from both sides
        beside = ""
        for i in order:
            if kinds[i] == "ET" and beside == "EN":
                kinds[i] = "EN"
            beside = kinds[i]
    kinds[:] = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in kinds]  # W6
    strong = edge
    for i, kind in enumerate(kinds):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[i] = "L"


def _side(kind: str) -> str:
    """L or R for what counts as strong to the neutrals (numbers are R), else empty."""
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(kind, "")


def _brackets(chars: list[str], kinds: list[str], edge: str) -> None:
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for i, char in enumerate(chars):  # BD16
        if kinds[i] != "ON":
            continue
        if char in _OPENING:
            stack.append((_CLOSING[_OPENING.index(char)], i))
        elif any(closer == char for closer, _ in stack):
            while stack[-1][0] != char:
                stack.pop()
            pairs.append((stack.pop()[1], i))
    for start, end in sorted(pairs):  # N0
        inside = {_side(kind) for kind in kinds[start + 1 : end]} - {""}
        before = next((side for kind in reversed(kinds[:start]) if (side := _side(kind))), edge)
        if edge in inside:
            kinds[start] = kinds[end] = edge
        elif inside:
            kinds[start] = kinds[end] = before if before in inside else edge


def _neutral(kinds: list[str], edge: str) -> None:
    at = 0
    while at < len(kinds):  # N1, N2
        end = at
        while end < len(kinds) and not _side(kinds[end]):
            end += 1
        before = _side(kinds[at - 1]) if at else edge
        after = _side(kinds[end]) if end < len(kinds) else edge
        kinds[at:end] = [before if before == after else edge] * (end - at)
        at = end + 1


def _implicit(kind: str, level: int) -> int:
    if level % 2:
        return level + (kind in ("L", "EN", "AN"))
    return level + {"R": 1, "EN": 2, "AN": 2}.get(kind, 0)
