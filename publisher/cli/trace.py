"""`nashra trace`: what happened to one reader."""

from typing import Annotated

from cyclopts import Parameter

from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.mail.address import AddressError, parse_address
from publisher.model.errors import NashraError, UsageError
from publisher.store.audience import find_subscriber
from publisher.store.feedback import StoredFeedback, load_feedback
from publisher.store.history import PastDelivery, PastMail, load_past_deliveries, load_past_mails
from publisher.store.subscriptions import load_subscriptions
from publisher.store.suppressions import hash_address, is_suppressed


def trace(
    address: Annotated[str, Parameter(help="The reader's address.")],
    /,
    *,
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """Tell what happened to one reader: her subscriptions, every issue and every single mail to her (how it stands,
    since when, after how many attempts, over which relay, with its full reply), and what came back.
    """
    try:
        reader = parse_address(address)
    except AddressError as error:
        raise UsageError("this is not an email address", next_step="check its spelling") from error
    with opened(settings) as house, house.room.database.read() as tx:
        suppressed = is_suppressed(tx, hash_address(house.keys.suppression, reader))
        found = find_subscriber(tx, reader)
        if found is None:
            known = "it is suppressed" if suppressed else "nothing was ever sent to it"
            raise NashraError(f"the address is not known; {known}", next_step="nashra subscribers export")
        subscriptions = load_subscriptions(tx, found)
        deliveries = load_past_deliveries(tx, found)
        mails = load_past_mails(tx, found)
        feedback = load_feedback(tx, subscriber_id=found)
    if json:
        tell_json(
            {
                "subscriber": found,
                "suppressed": suppressed,
                "subscriptions": subscriptions,
                "issues": deliveries,
                "mails": mails,
                "feedback": feedback,
            }
        )
        return
    tell(f"subscriber {found}" + ("  suppressed: nothing is sent to it" if suppressed else ""))
    for item in subscriptions:
        tell(f"  {item.newsletter}  {item.status}")
    lines = [*map(_line, deliveries), *map(_line, mails), *map(_came_back, feedback)]
    for _, line in sorted(lines):
        tell(line)
    if not lines:
        say("nothing was sent yet")


def _line(past: PastDelivery | PastMail) -> tuple[str, str]:
    """When, and a line that begins with it."""
    if isinstance(past, PastDelivery):
        name = f"issue {past.issue}  {past.newsletter}  no. {past.number}"
    else:
        name = f"notice {past.notice}  {past.kind}"
    at = past.at.isoformat(timespec="seconds")
    doubts = f"  {past.doubts} in doubt" if past.doubts else ""
    relay = f"  {past.relay}:" if past.relay else ""
    line = f"{at}  {name}  {past.state}  attempt {past.attempt}{doubts}{relay} {past.reply or ''}"
    return at, line.rstrip()


def _came_back(stored: StoredFeedback) -> tuple[str, str]:
    finding = stored.feedback.finding
    at = stored.feedback.at.isoformat(timespec="seconds")
    return at, f"{at}  {finding.kind} by {finding.source}  {stored.verdict}  {finding.detail}".rstrip()
