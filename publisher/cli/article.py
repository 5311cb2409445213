"""`nashra article`: what is stored, correcting one, taking one back."""

from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.article_import import import_
from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.jobs.correct import correct
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.jobs.withdraw import Turned, restore, withdraw
from publisher.model.errors import UsageError
from publisher.store.articles import load_articles

app = App(
    name="article", help="List articles, import a former system's, correct one, withdraw one, restore it."
)
app.command(import_, name="import")

ArticleName = Annotated[
    str, Parameter(help="The article's id, its address, or its document as source/key (desk/a.md).")
]


@app.command(name="list")
def list_articles(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """List every article, newest first: state, date, id, document, title."""
    with opened(settings) as house, house.room.database.read() as tx:
        articles = load_articles(tx)
    lines = [
        {
            "id": item.id,
            "state": item.state,
            "published_at": item.parsed.published_at,
            "document": f"{item.parsed.source}/{item.parsed.key}",
            "url": item.parsed.url,
            "title": item.parsed.title,
        }
        for item in articles
    ]
    if json:
        tell_json(lines)
        return
    for line in lines:
        date = f"{line['published_at']:%Y-%m-%d %H:%M}"
        tell(f"{line['state']:<9}  {date}  {line['id']}  {line['document']}  {line['title']}")
    if not lines:
        say("no article yet: nashra ingest")


@app.command(name="withdraw")
def take_back(article: ArticleName, /, *, settings: SettingsOption = SETTINGS) -> None:
    """Take an article back: it leaves the feeds now, later issues, and the web versions of earlier ones. Reading its
    document again does not bring it back. What was mailed stays in the inboxes.
    """
    with opened(settings) as house:
        turned = _require(withdraw(house.room, article), article)
        refresh_feeds(house.room)
    say(
        f"{turned.article_id} is withdrawn"
        if turned.has_turned
        else f"{turned.article_id} was withdrawn before"
    )
    for issue in turned.under_way:
        say(f"issue {issue} carries it and is not sent to the end; to stop it: nashra issue cancel {issue}")


@app.command(name="correct")
def say_what_was_wrong(
    article: ArticleName,
    /,
    *,
    note: Annotated[str, Parameter(help="What was wrong and what is right, in the article's language.")],
    announce: Annotated[
        bool,
        Parameter(help="An entry of its own in every feed too, for readers that never update.", negative=""),
    ] = False,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Add a dated correction to an article. It stands in its entry, moves the entry's date of change and is never taken
    back. An edit in the source mends the words alone.
    """
    if not note.strip():
        raise UsageError("a correction says what was wrong", next_step='--note "…"')
    with opened(settings) as house:
        corrected = correct(house.room, article, note=note, announce=announce)
        if corrected is None:
            raise UsageError(f"there is no article {article}", next_step="nashra article list")
        refresh_feeds(house.room)
    say(f"{corrected.article_id} is corrected" if corrected.is_new else "the same correction was made before")


@app.command(name="restore")
def bring_back(article: ArticleName, /, *, settings: SettingsOption = SETTINGS) -> None:
    """Let a withdrawn article live again, in the feeds and for issues to come that have not carried it."""
    with opened(settings) as house:
        turned = _require(restore(house.room, article), article)
        refresh_feeds(house.room)
    say(f"{turned.article_id} lives again" if turned.has_turned else f"{turned.article_id} is not withdrawn")


def _require(turned: Turned | None, name: str) -> Turned:
    if turned is None:
        raise UsageError(f"there is no article {name}", next_step="nashra article list")
    return turned
