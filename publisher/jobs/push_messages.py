"""What is said to hubs, callbacks and followers, as requests (W3C WebSub). Pure: nothing is sent here."""

import hashlib
import hmac
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlencode

from publisher.feeds.formats import BY_ENDING
from publisher.fetch.address import WebAddress, parse_web_address
from publisher.fetch.client import Request
from publisher.jobs.pushing import list_hubs, topic_url
from publisher.model.push import Ask, HubRequest, Ping, PushSettings, Share
from publisher.model.site import Site

_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_ANSWER_BYTES = 4096


def build_ping(site: Site, ping: Ping) -> Request:
    """Tell a hub that a topic has changed (PubSubHubbub 0.4 section 7.1, which WebSub leaves to hub and publisher)."""
    body = urlencode({"hub.mode": "publish", "hub.url": topic_url(site, ping.topic)}).encode()
    return Request(
        address=parse_web_address(ping.hub), method="POST", headers=(_FORM,), body=body, most_bytes=0
    )


def build_verification(site: Site, request: HubRequest, challenge: str) -> Request:
    """Ask a callback whether it wants what was asked in its name (WebSub section 5.3)."""
    asked = {
        "hub.mode": request.ask.value,
        "hub.topic": topic_url(site, request.topic),
        "hub.challenge": challenge,
    }
    if request.ask is Ask.SUBSCRIBE:
        asked["hub.lease_seconds"] = str(int(request.lease.total_seconds()))
    return Request(address=_with_query(request.callback, asked), most_bytes=_ANSWER_BYTES)


def build_denial(site: Site, request: HubRequest) -> Request:
    """Tell a callback that it is sent this topic no more, or not at all (WebSub section 5.2)."""
    told = {
        "hub.mode": Ask.DENIED.value,
        "hub.topic": topic_url(site, request.topic),
        "hub.reason": request.reason,
    }
    return Request(address=_with_query(request.callback, told), most_bytes=0)


def build_share(site: Site, settings: PushSettings, share: Share, data: bytes) -> Request:
    """Send a follower the whole feed, signed where it gave a secret (WebSub sections 7 and 7.1)."""
    ours = topic_url(site, share.topic)
    links = [f'<{hub}>; rel="hub"' for hub in list_hubs(site, settings)] + [f'<{ours}>; rel="self"']
    media_type = BY_ENDING[PurePosixPath(share.topic).suffix].media_type
    headers = [("Content-Type", f"{media_type}; charset=utf-8"), ("Link", ", ".join(links))]
    if share.secret is not None:
        headers.append(("X-Hub-Signature", sign(share.secret, data)))
    return Request(
        address=parse_web_address(share.callback),
        method="POST",
        headers=tuple(headers),
        body=data,
        most_bytes=0,
    )


def sign(secret: str, data: bytes) -> str:
    """`sha256=` and the HMAC in hexadecimal (RFC 2104; WebSub section 7.1)."""
    return f"sha256={hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()}"


def _with_query(callback: str, fields: dict[str, str]) -> WebAddress:
    """The callback with these fields behind what its query holds already (WebSub section 5.3)."""
    address = parse_web_address(callback)
    join = "&" if "?" in address.target else "?"
    return replace(address, target=f"{address.target}{join}{urlencode(fields)}")
