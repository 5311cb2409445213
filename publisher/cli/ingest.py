"""`nashra ingest`: read the sources now."""

from publisher.cli.feeds import require_complete
from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import tell, tell_json
from publisher.cli.progress import counting
from publisher.jobs.ingest import ingest as read_sources
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.store.articles import Saved


def ingest(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Read every source now, store what can be published and bring the feeds up to it.

    Documents that cannot be published are held back and listed with the reason; nothing else stops. `nashra serve`
    does this by itself.
    """
    with opened(settings) as house:
        with counting("documents read") as watch:
            report = read_sources(house.room, watch=watch)
        published = refresh_feeds(house.room)
        words = house.room.words[house.room.site.language]
        held = [
            {"source": f"{item.source}/{item.key}", "reason": words.say_reason(item.reason)}
            for item in report.quarantined
        ]
    if json:
        tell_json({"articles": report.saved, "quarantined": held, "feeds": len(published.files)})
    else:
        tell(", ".join(f"{report.saved.get(kind, 0)} {kind}" for kind in Saved))
        for line in held:
            tell(f"held back: {line['source']}: {line['reason']}")
    require_complete(published)
