"""The zone of the lab: what `nashra dkim show` prints, read as a name server reads a zone file, and beside it what the
people who run the domain have anyway: addresses, mail servers, and the relay's name for its address.
"""

import re

from tests.lab.dns import Zone
from tests.lab.newsroom import BOUNCES, DOMAIN, RELAY

ADDRESS = "45.143.20.25"
"""Of the relay, as the world sees it. Nothing is ever sent there; the filters of mail distrust addresses that are set
aside for documents.
"""
STRANGER = "91.206.201.7"
"""Not of the relay."""
_RECORD = re.compile(r'^zone +(\S+)\. IN TXT (\((?:\s*"[^"]*")+\s*\)|"[^"]*")$', re.MULTILINE)


def read_printed(text: str) -> Zone:
    """The TXT records among what the command printed: each of its quoted strings is one string of the record."""
    found = {
        (match[1].lower(), "TXT"): ["\n".join(re.findall(r'"([^"]*)"', match[2]))]
        for match in _RECORD.finditer(text)
    }
    if not found:
        raise ValueError("no record was printed")
    return found


def build_zone(printed: Zone) -> Zone:
    """All of it."""
    return {
        **printed,
        (DOMAIN, "A"): [ADDRESS],
        (DOMAIN, "MX"): [f"10 {RELAY}"],
        (BOUNCES, "MX"): [f"10 {RELAY}"],
        (RELAY, "A"): [ADDRESS],
        (".".join(reversed(ADDRESS.split("."))) + ".in-addr.arpa", "PTR"): [RELAY],
    }
