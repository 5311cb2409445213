"""Where a document comes from and under which rules it is read."""

from dataclasses import dataclass
from datetime import datetime

from publisher.model.article import Quarantined
from publisher.model.reason import Reason
from publisher.model.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """`source` is the source's slug, `key` the document inside it; `now` is the aware moment of reading."""

    source: str
    key: str
    site: Site
    now: datetime

    @property
    def name(self) -> str:
        """The document's file name without its folder."""
        return self.key.rpartition("/")[2]

    def quarantine(self, why: Reason) -> Quarantined:
        """The document, held back."""
        return Quarantined(source=self.source, key=self.key, reason=why)
