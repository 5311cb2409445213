"""An article: what the newsroom wrote, as stored, with revisions.

One type per stage: `Parsed` is what a source could read; `Article` is what the store accepted and gave a
permanent id; `Quarantined` is what was held back, with the reason a person can act on.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher.model.correction import Correction, StatedCorrection
from publisher.model.direction import Direction
from publisher.model.media import Embed, Enclosure, Image, Tag, Wire
from publisher.model.reason import Reason


class BlockKind(StrEnum):
    """What a block of an article's body is."""

    PARAGRAPH = "p"
    """Running text."""
    HEADING = "h2"
    """A sub-heading inside the article."""
    QUOTE = "blockquote"
    """A quoted passage set apart."""
    LIST = "ul"
    """A bulleted list; `items` holds its entries, `text` joins them with newlines."""
    NUMBERED = "ol"
    """A numbered list; as `LIST`."""
    EMBED = "embed"
    """A player or frame of another page, shown as a link: `embed` says where to; `text` is its title, maybe empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of the body.

    `text` is plain text, never markup. `html` is the same words with safe inline markup (links, emphasis),
    already sanitised; None where the source had no markup: then the text is escaped when written.
    `items` are the entries of a list as plain text; empty for every other kind. `embed` is there for `EMBED` alone.
    """

    kind: BlockKind
    text: str
    html: str | None = None
    items: tuple[str, ...] = ()
    embed: Embed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a source read out of one document, before the store accepts it.

    `source` is the source's slug in the settings; `key` names the document inside it (for a folder: the
    path below it, with `/`), and together they identify the document over time. `published_at` is aware;
    `published_raw` is the line it was read from and `zone_from` says where its zone came from. `language`
    is a BCP 47 tag (RFC 5646); `direction` follows the script, not the tag. `removed` are the boilerplate
    lines cut from the page, in order, so that an editor can see what was cut.

    `updated_at` is the change that the document itself tells; feeds follow `corrections` alone. `authors` are there
    where several are stated one by one; `byline` names them all in one line. `image` is the first picture, `images`
    are those after it. `guid` is the id that the document itself states, as its former system or its CMS knows it: the
    article keeps it to the letter. `embargo_until` is the moment before which nobody may see it: `published_at` is
    never before it.
    """

    source: str
    key: str
    title: str
    language: str
    direction: Direction
    blocks: tuple[Block, ...]
    published_at: datetime
    published_raw: str
    zone_from: str
    url: str | None = None
    url_from: str | None = None
    updated_at: datetime | None = None
    byline: str | None = None
    section: str | None = None
    publisher: str | None = None
    image: Image | None = None
    summary: str | None = None
    attributed_to: tuple[str, ...] = ()
    rights: str | None = None
    removed: tuple[str, ...] = ()
    words: int = 0
    sample: bool = False
    """True for an invented sample, shown as such wherever a reader meets it."""
    authors: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    images: tuple[Image, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    wire: Wire | None = None
    embargo_until: datetime | None = None
    corrections: tuple[StatedCorrection, ...] = ()
    guid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A document held back: nothing is published from it until a person mends it. Nothing else stops."""

    source: str
    key: str
    reason: Reason


class ArticleState(StrEnum):
    """How a stored article stands."""

    LIVE = "live"
    """May appear in feeds and digests."""
    WITHDRAWN = "withdrawn"
    """Taken back by the newsroom: leaves feeds, archive and the next digest alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An accepted article in its current revision.

    `id` is a tag URI (RFC 4151), or the `guid` that the document stated: given once when first accepted and never
    changed by an edit, a move or an import. `number` is the store's own small integer: it orders articles of equal
    date and keeps joins narrow; it never leaves the house. `accepted_at` is when the first revision was stored;
    `revised_at` when this revision was. `revision` counts from 1 and grows only when the content differs.
    `corrections` are in order. `withdrawn_at` is when it was taken back, None while it is live.
    """

    id: str
    number: int
    revision: int
    state: ArticleState
    accepted_at: datetime
    revised_at: datetime
    parsed: Parsed
    corrections: tuple[Correction, ...] = ()
    withdrawn_at: datetime | None = None

    @property
    def updated_at(self) -> datetime:
        """The moment of the last editorially significant change (RFC 4287 section 4.2.15): a correction, never a mere
        edit.
        """
        return max((self.parsed.published_at, *(correction.at for correction in self.corrections)))
