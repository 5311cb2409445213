"""`POST /hub`: our own WebSub hub, where programs ask to be sent a feed whenever it changes (W3C WebSub section 5.1).

Promise: what is asked changes nothing by itself. The callback is asked first, later and by the engine, and answered
here is only that the request was understood: 202. Who asks wrongly is told what is wrong, in plain text, and nothing
about what our own network looks like: whether a callback can be reached is never said.
"""

import re

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from publisher.fetch.address import WebAddress, parse_web_address
from publisher.jobs.ask_hub import HubAnswer, HubAsk, ask_hub
from publisher.jobs.pushing import HUB_PATH, find_topic
from publisher.model.push import SECRET_LIMIT, Ask
from publisher.web.context import WebContext, context_of
from publisher.web.forms import field, read_form
from publisher.web.network import network_of

_SECONDS = re.compile("[0-9]{1,18}")
_SAID = {
    HubAnswer.TAKEN: (202, "Taken. The callback will be asked whether it wants this."),
    HubAnswer.UNKNOWN: (404, "hub.topic is no feed that is published here."),
    HubAnswer.LATER: (429, "Too many requests. Try again in an hour."),
    HubAnswer.FULL: (503, "This hub has as many followers as it can serve."),
}
_HEADERS = {"Cache-Control": "no-store"}


def hub_routes(context: WebContext) -> list[Route]:
    """The hub's route, where the settings switch it on. GET is answered 405: there is nothing to see."""
    return [Route(HUB_PATH, take_hub_request, methods=["POST"])] if context.push.own_hub else []


async def take_hub_request(request: Request) -> Response:
    """Understand the request and take it down, or say what is wrong."""
    context = context_of(request)
    try:
        asked = parse_hub_request(await read_form(request), context, network=network_of(request, context))
    except ValueError as error:
        return PlainTextResponse(f"{error}\n", status_code=400, headers=_HEADERS)
    answer = await run_in_threadpool(
        ask_hub,
        context.database,
        asked,
        settings=context.push,
        limits=context.hub_limits,
        submit=context.submit,
        now=context.now(),
    )
    status, sentence = _SAID[answer]
    again = {"Retry-After": "3600"} if status in (429, 503) else {}
    return PlainTextResponse(f"{sentence}\n", status_code=status, headers=_HEADERS | again)


def parse_hub_request(form: FormData, context: WebContext, *, network: str | None) -> HubAsk:
    """What the form asks for. Raises ValueError with the sentence that the asker is told."""
    mode = field(form, "hub.mode")
    if mode not in (Ask.SUBSCRIBE, Ask.UNSUBSCRIBE):
        raise ValueError(
            "hub.mode must be subscribe or unsubscribe; feeds are published here by Nashra alone."
        )
    topic = find_topic(context.site, field(form, "hub.topic"))
    if topic is None:
        raise ValueError(
            "hub.topic must be the address of a feed of this site, as its rel=self link gives it."
        )
    secret = field(form, "hub.secret")
    if len(secret.encode("utf-8", "replace")) >= SECRET_LIMIT:
        raise ValueError(f"hub.secret must be shorter than {SECRET_LIMIT} bytes.")
    return HubAsk(
        ask=Ask(mode),
        topic=topic,
        callback=_read_callback(field(form, "hub.callback"), context),
        secret=secret or None,
        lease_seconds=_read_seconds(field(form, "hub.lease_seconds")),
        network=network,
    )


def _read_callback(text: str, context: WebContext) -> WebAddress:
    try:
        callback = parse_web_address(text)
    except ValueError as error:
        raise ValueError(f"hub.callback {error}.") from error
    if callback.host == parse_web_address(context.site.base_url).host:
        raise ValueError("hub.callback must not be this site itself.")
    return callback


def _read_seconds(text: str) -> int | None:
    if not text:
        return None
    if _SECONDS.fullmatch(text) is None:
        raise ValueError("hub.lease_seconds must be a number of seconds.")
    return int(text)
