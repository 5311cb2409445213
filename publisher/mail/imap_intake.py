"""IMAP (RFC 3501, RFC 9051): bounces in a mailbox of some provider, looked at now and then.

Promise: nothing is deleted, moved or expunged. A mail that was taken gets the keyword `NashraTaken` (where the
server has no keywords, the flag Seen); one that was kept for a person is also Flagged. Of one too large only the head
is fetched and kept, with where the whole lies. Reading leaves it unread (BODY.PEEK), so a person who shares the mailbox
sees what is new to her.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import ip_address

from publisher.mail.intake import HEAD_OCTETS, MAX_MAIL_OCTETS, Take
from publisher.mail.intake_settings import ImapSettings
from publisher.mail.maildir_intake import MOST_AT_ONCE, Pass, always
from publisher.mail.relay_settings import Tls

log = logging.getLogger(__name__)

_KEYWORD = "NashraTaken"
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")


class ImapError(Exception):
    """The mailbox cannot be read; nothing was lost, the next look tries again."""


def take_imap(settings: ImapSettings, take: Take, *, goes_on: Callable[[], bool] = always) -> Pass:
    """Take what is new, at most a thousand mails, for as long as `goes_on`. Blocks: call it in a thread. Raises
    ImapError.
    """
    with _told(settings), _opened(settings) as (client, has_keywords):
        place = f"imap {settings.host}, mailbox {settings.folder}"
        return _take_all(client, take, goes_on, place=place, has_keywords=has_keywords)


def look_at_imap(settings: ImapSettings) -> None:
    """Whether the server lets us in and has the mailbox; opened for reading only. Raises ImapError."""
    with _told(settings), _opened(settings, readonly=True):
        pass


@contextmanager
def _told(settings: ImapSettings) -> Iterator[None]:
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as error:
        said = " ".join(str(error).split())[:200]
        raise ImapError(f"{settings.host} port {settings.port}: {said or type(error).__name__}") from error


@contextmanager
def _opened(settings: ImapSettings, *, readonly: bool = False) -> Iterator[tuple[imaplib.IMAP4, bool]]:
    client = _connect(settings)
    try:
        client.login(settings.user, settings.password)
        _checked(client.select(_quoted(settings.folder), readonly))
        flags = client.response("PERMANENTFLAGS")[1]
        yield client, rb"\*" in b" ".join(part for part in flags if isinstance(part, bytes))
    finally:
        with suppress(imaplib.IMAP4.error, OSError):  # nothing is lost when a farewell is
            client.logout()


def _connect(settings: ImapSettings) -> imaplib.IMAP4:
    if settings.tls is Tls.NONE:
        if settings.host != "localhost" and not ip_address(settings.host).is_loopback:
            raise ValueError("a password goes over TLS, or to this machine")
        return imaplib.IMAP4(settings.host, settings.port, timeout=settings.timeout_seconds)
    trust = ssl.create_default_context(cafile=settings.ca_file)
    if settings.tls is Tls.TLS:
        return imaplib.IMAP4_SSL(
            settings.host, settings.port, ssl_context=trust, timeout=settings.timeout_seconds
        )
    client = imaplib.IMAP4(settings.host, settings.port, timeout=settings.timeout_seconds)
    try:
        client.starttls(trust)
    except (imaplib.IMAP4.error, OSError):
        client.shutdown()
        raise
    return client


def _take_all(
    client: imaplib.IMAP4, take: Take, goes_on: Callable[[], bool], *, place: str, has_keywords: bool
) -> Pass:
    recognised = kept = left = 0
    wanted = ("UNKEYWORD", _KEYWORD) if has_keywords else ("UNSEEN",)
    found = _checked(client.uid("SEARCH", "UNDELETED", *wanted))
    for uid in b" ".join(part for part in found if isinstance(part, bytes)).split()[:MOST_AT_ONCE]:
        if not goes_on():
            break
        answer = _take_one(client, uid.decode("ascii"), take, place)
        if answer is None:
            left += 1
            continue
        flags = [_KEYWORD if has_keywords else r"\Seen", *([] if answer else [r"\Flagged"])]
        _checked(client.uid("STORE", uid.decode("ascii"), "+FLAGS.SILENT", f"({' '.join(flags)})"))
        recognised, kept = recognised + answer, kept + (not answer)
    return Pass(recognised=recognised, kept=kept, left=left)


def _take_one(client: imaplib.IMAP4, uid: str, take: Take, place: str) -> bool | None:
    """What `take` said; None where the mail is to be looked at again, if it is still there."""
    found = _SIZE.search(b"".join(_octets(_checked(client.uid("FETCH", uid, "(RFC822.SIZE)")))))
    size = 0 if found is None else int(found[1])
    is_large = size > MAX_MAIL_OCTETS
    part = f"<0.{HEAD_OCTETS}>" if is_large else ""
    raw = None if found is None else _fetch(client, uid, f"(BODY.PEEK[]{part})")
    if raw is None:
        return None
    try:
        if not is_large:
            return take(raw)
        take.head(raw[:HEAD_OCTETS], size_bytes=size, place=f"{place}, UID {uid}")
    except Exception:  # one mail that cannot be taken must not keep the others waiting
        log.exception("a bounce could not be taken")
        return None
    log.warning("bounce.too_large", extra={"size_bytes": size})
    return False


def _fetch(client: imaplib.IMAP4, uid: str, item: str) -> bytes | None:
    """The octets of one item; None where the mail is gone."""
    parts = _checked(client.uid("FETCH", uid, item))
    return next((part[1] for part in parts if isinstance(part, tuple) and isinstance(part[1], bytes)), None)


def _octets(parts: Sequence[object]) -> Iterator[bytes]:
    for part in parts:
        yield from (
            piece for piece in (part if isinstance(part, tuple) else (part,)) if isinstance(piece, bytes)
        )


def _checked(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    """The data of an answer that is OK."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the server answered {status}")
    return data


def _quoted(folder: str) -> str:
    """A mailbox name as a quoted string (RFC 3501 section 4.3); letters beyond ASCII stand in modified UTF-7."""
    if not folder.isascii() or not folder.isprintable():
        raise ValueError("a mailbox name is written in printable ASCII (modified UTF-7 for other letters)")
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
