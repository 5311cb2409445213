"""Fetches what Amazon's SNS points at: its certificate, and the address that confirms a subscription.

Promise: only https with a verified certificate, to the host that was asked for and nowhere else: no redirect is
followed, no proxy of the environment used, and never more than 64 KB read. Which addresses may be asked for is
decided before (`mail.hooks.ses`).
"""

import asyncio
import ssl
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

MAX_OCTETS = 64 * 1024
TIMEOUT_SECONDS = 10.0


async def fetch_from_sns(url: str) -> bytes:
    """The body of a 200. Raises OSError where it cannot be had."""
    return await asyncio.to_thread(fetch, url, ssl.create_default_context())


def fetch(url: str, trust: ssl.SSLContext) -> bytes:
    """As `fetch_from_sns`, in this thread."""
    parts = urlsplit(url)
    connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS, context=trust)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = connection.getresponse()
        body = answer.read(MAX_OCTETS + 1)
    except HTTPException as error:
        raise OSError(f"{parts.hostname} answered no HTTP") from error
    finally:
        connection.close()
    if answer.status != 200 or len(body) > MAX_OCTETS:
        raise OSError(f"{parts.hostname} answered {answer.status}, {len(body)} octets")
    return body
