"""Floor 4: the only place where real objects are made: templates, words, database, keys, relay, engine."""

from publisher.wiring.templates import build_templates, bundled

__all__ = ["build_templates", "bundled"]
