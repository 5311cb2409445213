"""`nashra ingest`: read the sources now."""

from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.jobs.ingest import ingest as read_sources
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.store.articles import Saved


def ingest(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Read every source now, store what can be published and bring the feeds up to it.

    Documents that cannot be published are held back and listed with the reason; nothing else stops. `nashra serve`
    does this by itself.
    """
    with opened(settings) as house:
        report = read_sources(house.room)
        published = refresh_feeds(house.room)
        words = house.room.words[house.room.site.language]
        held = [
            {"source": f"{item.source}/{item.key}", "reason": words.say_reason(item.reason)}
            for item in report.quarantined
        ]
    if json:
        tell_json({"articles": report.saved, "quarantined": held, "feeds": len(published.files)})
        return
    tell(", ".join(f"{report.saved.get(kind, 0)} {kind}" for kind in Saved))
    for line in held:
        say(f"held back: {line['source']}: {line['reason']}")
