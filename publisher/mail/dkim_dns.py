"""What DNS must say so that our mail is believed: DKIM, SPF and DMARC records; and whether a record fits a key.

Nothing here asks DNS: records are texts that a person publishes, and texts that a person brings back.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from publisher.mail.dkim_key import DkimKey
from publisher.model.address import EmailAddress

STRING_OCTETS = 255
"""The longest character-string in a TXT record (RFC 1035 section 3.3); readers join them without a blank."""
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord:
    """A TXT record. `name` is the whole name, without the final dot; `value` is one printable ASCII text."""

    name: str
    value: str


class RecordFault(StrEnum):
    """Why a record does not do for a key."""

    UNREADABLE = "unreadable"
    """No list of tags (RFC 6376 section 3.2): often a piece of the value is missing or quoted twice."""
    VERSION = "version"
    """`v=` is there and is not DKIM1, or not first."""
    KEY_TYPE = "key-type"
    """`k=` names another kind of key."""
    REVOKED = "revoked"
    """`p=` is empty: the key was withdrawn."""
    OTHER_KEY = "other-key"
    """`p=` is another key, or a piece of ours."""
    HASH = "hash"
    """`h=` allows hashes, but not SHA-256."""
    SERVICE = "service"
    """`s=` allows services, but not email."""
    TESTING = "testing"
    """`t=y`: mailboxes treat the mail as unsigned."""


def build_dkim_record(key: DkimKey, domain: str) -> DnsRecord:
    """The public half of a key (RFC 6376 section 3.6.1)."""
    return DnsRecord(
        name=_key_name(key.selector, domain), value=f"v=DKIM1; k={key.algorithm.key_type}; p={key.public}"
    )


def build_revoked_record(selector: str, domain: str) -> DnsRecord:
    """What takes the place of a key that no mail on its way needs any more."""
    return DnsRecord(name=_key_name(selector, domain), value="v=DKIM1; p=")


def build_spf_record(domain: str, host: str, *, is_ours_alone: bool) -> DnsRecord:
    """Who may use the envelope sender (RFC 7208): the addresses of `host`, and nobody else where the domain is for our
    bounces alone; where people mail from it too, others are merely suspect.
    """
    return DnsRecord(name=domain, value=f"v=spf1 a:{host} {'-' if is_ours_alone else '~'}all")


def build_dmarc_record(domain: str, reports: EmailAddress) -> DnsRecord:
    """What mailboxes shall do with mail that only claims to be ours (RFC 9989). `p=none` watches; reports say when it
    is time for `quarantine`. `np=` is for names below that do not exist, where nothing can go wrong. There is no
    `pct=` any more.
    """
    return DnsRecord(name=f"_dmarc.{domain}", value=f"v=DMARC1; p=none; np=reject; rua=mailto:{reports}")


def build_report_permission(domain: str, reports: EmailAddress) -> DnsRecord | None:
    """The record by which another domain agrees to take our reports (RFC 9990); None where it is our own."""
    if f".{reports.domain}".endswith(f".{domain}"):
        return None
    return DnsRecord(name=f"{domain}._report._dmarc.{reports.domain}", value="v=DMARC1")


def render_zone(record: DnsRecord) -> str:
    """The record as it stands in a zone file (RFC 1035 section 5.1), cut into strings that DNS can hold."""
    starts = range(0, len(record.value), STRING_OCTETS)
    strings = [_quoted(record.value[start : start + STRING_OCTETS]) for start in starts]
    if len(strings) == 1:
        return f"{record.name}. IN TXT {strings[0]}"
    return "\n".join([f"{record.name}. IN TXT (", *(f"    {string}" for string in strings), ")"])


def find_record_faults(text: str, key: DkimKey) -> tuple[RecordFault, ...]:
    """What is wrong with a record as a person brought it: the bare value, what `dig +short` prints, or a zone file's
    lines. Empty where it belongs to the key.
    """
    tags = _parse_tags(_join_strings(text))
    if tags is None or "p" not in tags:
        return (RecordFault.UNREADABLE,)
    public = re.sub(r"\s", "", tags["p"])
    found = {
        RecordFault.VERSION: "v" in tags and (tags["v"] != "DKIM1" or next(iter(tags)) != "v"),
        RecordFault.KEY_TYPE: tags.get("k", "rsa") != key.algorithm.key_type,
        RecordFault.REVOKED: not public,
        RecordFault.OTHER_KEY: public not in ("", key.public),
        RecordFault.HASH: "sha256" not in _listed(tags.get("h", "sha256")),
        RecordFault.SERVICE: not {"*", "email"} & _listed(tags.get("s", "*")),
        RecordFault.TESTING: "y" in _listed(tags.get("t", "")),
    }
    return tuple(fault for fault, is_there in found.items() if is_there)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key_name(selector: str, domain: str) -> str:
    return f"{selector}._domainkey.{domain}"


def _join_strings(text: str) -> str:
    """The value alone: the quoted strings joined, or the text as it is where nothing is quoted."""
    strings = _QUOTED.findall(text)
    return re.sub(r"\\(.)", r"\1", "".join(strings) if strings else text.strip())


def _parse_tags(text: str) -> dict[str, str] | None:
    """RFC 6376 section 3.2; None for what is no tag list or names a tag twice."""
    tags: dict[str, str] = {}
    for piece in text.strip().removesuffix(";").split(";"):
        name, equals, value = (part.strip() for part in piece.partition("="))
        if not equals or not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) or name in tags:
            return None
        tags[name] = value
    return tags


def _listed(value: str) -> set[str]:
    return {part.strip().lower() for part in value.split(":")}
