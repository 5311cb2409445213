"""`nashra feeds`: the published feeds."""

from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.feeds_check import check
from publisher.cli.feeds_list import list_all
from publisher.cli.feeds_stats import stats
from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.feeds.complete_twins import complete_twins
from publisher.feeds.files import FileState
from publisher.jobs.publish_feeds import Extent, PublishedFeeds
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.model.errors import NashraError

AnewOption = Annotated[
    bool, Parameter(help="Write every feed anew, whatever is known of its files.", negative="")
]

app = App(name="feeds", help="Publish the feeds, list them, check any feed, tell who reads ours.")
app.command(list_all, name="list")
app.command(check, name="check")
app.command(stats, name="stats")


@app.command(name="publish")
def publish(
    *, anew: AnewOption = False, settings: SettingsOption = SETTINGS, json: JsonOption = False
) -> None:
    """Bring every feed file up to the stored articles, and list them. What did not change stays as it is."""
    with opened(settings) as house:
        published = refresh_feeds(house.room, extent=Extent.ALL if anew else Extent.DAMAGED)
        folder = house.room.feeds_folder
        complete_twins(folder)
    if json:
        tell_json({"folder": folder, "feeds": published.files})
    else:
        for file in published.files:
            tell(f"{file.state:<9} {file.entries:>4} {file.url}")
        say(f"files are in {folder}")
    require_complete(published)


def require_complete(published: PublishedFeeds) -> None:
    """Raises NashraError, with the names, where anything had to be left out."""
    kept = [file.path for file in published.files if file.state is FileState.KEPT]
    if kept:
        raise NashraError(
            f"{len(kept)} feeds keep their last good file, as the new one failed the check: {', '.join(kept[:5])}",
            next_step="look for what changed last in the sources, and report this: it is a defect of Nashra",
        )
    if published.failed:
        raise NashraError(
            f"{len(published.failed)} articles could not be written into a feed: "
            + ", ".join(failed.id for failed in published.failed[:5]),
            next_step="correct these articles in their source, then run nashra ingest",
        )
