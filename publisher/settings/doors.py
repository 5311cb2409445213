"""Text from the settings becomes values: addresses, URLs, zones, language tags, schedules.

Each function notes a fault at `path` and returns None where the text is not what it must be, so that the caller
can go on and find the next fault.
"""

import ipaddress
import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from publisher.feeds.addresses import ascii_url
from publisher.fetch.address import parse_web_address
from publisher.mail.address import AddressError, parse_address
from publisher.model.address import EmailAddress
from publisher.model.errors import ScheduleError
from publisher.model.reason import Reason
from publisher.model.schedule import Recurrence
from publisher.model.schedule_text import parse_recurrence
from publisher.settings.check import Findings
from publisher.settings.faults import did_you_mean


def read_url(text: str, path: str, findings: Findings) -> str | None:
    """An absolute http(s) address without query or fragment, in ASCII however it is written, since it goes into feeds
    and header fields; the slash at its end is dropped.
    """
    url = to_ascii(text)
    if url is None or set("?#") & set(text):
        findings.fault(path, f'"{text}" is no web address', 'whole, such as "https://news.example"')
        return None
    return url.rstrip("/")


def to_ascii(text: str) -> str | None:
    """A web address as feeds write it (`ascii_url`); None for what is none, or holds blanks or control characters."""
    if not text.isprintable() or set(" \\") & set(text):
        return None
    try:
        return ascii_url(text)
    except ValueError:
        return None


def read_hub(text: str, path: str, findings: Findings) -> str | None:
    """The address of a hub (WebSub section 4), which we are going to ask: in ASCII, however it is written."""
    url = text if text.isascii() else to_ascii(text) or ""
    try:
        parse_web_address(url)
    except ValueError as error:
        hint = 'whole, such as "https://pubsubhubbub.appspot.com/"'
        findings.fault(path, f'"{text}" {error}', hint)
        return None
    return url


def read_base_url(text: str, path: str, findings: Findings) -> str | None:
    """Where the pages are served: a web address without a path, since the pages' links begin at the root."""
    url = read_url(text, path, findings)
    if url is not None and urlsplit(url).path:
        findings.fault(path, f'"{text}" has a path', "a name of its own, such as https://mail.news.example")
        return None
    if (
        url is not None
        and urlsplit(url).scheme == "http"
        and not is_this_machine(urlsplit(url).hostname or "")
    ):
        problem = f'"{text}" is not https: mail programs offer one-click unsubscribe over https only'
        findings.fault(path, problem, "serve the pages over https (RFC 8058 section 3.1)")
        return None
    return url


def is_this_machine(host: str) -> bool:
    """Whether a name or address means the machine we run on."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_zone(text: str, path: str, findings: Findings) -> ZoneInfo | None:
    """A zone of the IANA database, by name."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = {zone.casefold(): zone for zone in available_timezones()}
        hint = did_you_mean(text, zones)
        near = re.search('"(.+)"', hint)
        found = f'did you mean "{zones[near[1]]}"?' if near else 'such as "Asia/Baghdad"'
        findings.fault(path, f'"{text}" is no time zone', found)
        return None


def read_language(text: str, path: str, findings: Findings) -> str | None:
    """A language tag (RFC 5646): language, and script, region or variant where they matter."""
    if re.fullmatch(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", text):
        return text
    findings.fault(path, f'"{text}" is no language tag', 'such as "ar", "en" or "ckb"')
    return None


def read_spoken(text: str, path: str, findings: Findings, *, offered: tuple[str, ...]) -> str | None:
    """One of the languages in which Nashra's own pages and mails can be written."""
    if text in offered:
        return text
    findings.fault(path, f'pages and mails cannot be written in "{text}"', "known: " + ", ".join(offered))
    return None


def read_schedule(text: str, path: str, findings: Findings) -> Recurrence | None:
    """A recurrence, as in `publisher.model.schedule_text`."""
    try:
        return parse_recurrence(text)
    except ScheduleError as error:
        findings.fault(path, _say(error.reason))
        return None


def read_address(text: str, path: str, findings: Findings) -> EmailAddress | None:
    """A mail address."""
    try:
        return parse_address(text)
    except AddressError as error:
        findings.fault(path, _say(error.reason))
        return None


def read_bind(text: str, path: str, findings: Findings) -> tuple[str, int] | None:
    """Where to listen: `127.0.0.1:8000`, `[::1]:8000`."""
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9a-zA-Z.-]+)):([0-9]{1,5})", text)
    if found is None or int(found[3]) > 65535:
        findings.fault(path, f'"{text}" is no place to listen', 'host and port, such as "127.0.0.1:8000"')
        return None
    return found[1] or found[2], int(found[3])


def read_networks(
    texts: Sequence[str], path: str, findings: Findings
) -> tuple[IPv4Network | IPv6Network, ...]:
    """IP addresses (`192.0.2.7`) and networks (`10.0.0.0/8`, `2001:db8::/32`); an address is a network of one."""
    networks = []
    for n, text in enumerate(texts):
        try:
            networks.append(ip_network(text))
        except ValueError:
            hint = 'such as "10.0.0.5", "10.0.0.0/8" or "2001:db8::/32"'
            findings.fault(f"{path}[{n}]", f'"{text}" is no IP address or network', hint)
    return tuple(networks)


def load_secret(file: Path, path: str, findings: Findings) -> str | None:
    """The first line of a secret's own file."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is not text"
        findings.fault(path, f"{file} cannot be read: {cause}")
        return None
    if not lines or not lines[0]:
        findings.fault(path, f"{file} is empty")
        return None
    return lines[0]


def _say(why: Reason) -> str:
    """Commands and their settings speak English; readers' pages speak the readers' languages."""
    from publisher.text.words import load_words  # only a fault needs it, and it costs every command's start

    return load_words("en").say_reason(why)
