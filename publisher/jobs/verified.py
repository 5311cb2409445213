"""What follows once a callback has confirmed what was asked in its name."""

from datetime import datetime

from publisher.fetch.address import parse_web_address
from publisher.model.push import Ask, HubRequest
from publisher.store.announcements import is_topic
from publisher.store.database import Transaction
from publisher.store.followers import count_followers, end_follower, is_follower, save_follower
from publisher.store.hub_requests import insert_request

NO_FEED = "there is no such feed"
NO_ROOM = "this hub has as many followers as it can serve"


def take_verified(tx: Transaction, request: HubRequest, *, most: int, now: datetime) -> None:
    """Begin, go on or end following. What has become impossible since it was asked is denied, and the callback told."""
    if request.ask is Ask.UNSUBSCRIBE:
        end_follower(tx, request.topic, request.callback)
        return
    host = parse_web_address(request.callback).origin
    reason = _find_obstacle(tx, request, most)
    if reason is None:
        save_follower(tx, request, host=host, now=now)
        return
    insert_request(
        tx, Ask.DENIED, topic=request.topic, callback=request.callback, host=host, reason=reason, now=now
    )


def _find_obstacle(tx: Transaction, request: HubRequest, most: int) -> str | None:
    if not is_topic(tx, request.topic):
        return NO_FEED
    if count_followers(tx) >= most and not is_follower(tx, request.topic, request.callback):
        return NO_ROOM
    return None
