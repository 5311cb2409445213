"""The validator's answer about one document."""

from dataclasses import dataclass

from publisher.feeds.validate.finding import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`kind` is `rss`, `atom`, `json`, `opml`, `sitemap`, or None for what is no feed. `ids` are its entries' in order
    (addresses for a sitemap). Findings stand in the order of the document, errors and warnings mixed.
    """

    kind: str | None
    ids: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What could be better."""
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)
