"""Records as DNS takes them, and a record brought back from DNS held against its key."""

from pathlib import Path

import dns.rdatatype
import dns.zone
import pytest
from dns.rdtypes.ANY.TXT import TXT

from publisher.mail.dkim_dns import (
    DnsRecord,
    RecordFault,
    build_dkim_record,
    build_dmarc_record,
    build_report_permission,
    build_revoked_record,
    build_spf_record,
    find_record_faults,
    render_zone,
)
from publisher.mail.dkim_key import parse_key
from publisher.model.address import EmailAddress
from tests.mail.dkim_oracle import DOMAIN, ED25519, RSA

SAMPLES = Path(__file__).parents[1] / "data" / "dkim"
KEY = parse_key("n2026a", (SAMPLES / "sample.pem").read_bytes())
VALUE = build_dkim_record(KEY, DOMAIN).value


def read_zone(text: str) -> dict[str, tuple[bytes, ...]]:
    """Name -> strings, as dnspython reads a zone file."""
    zone = dns.zone.from_text(f"$TTL 3600\n{text}\n", origin=".", relativize=False, check_origin=False)
    found: dict[str, tuple[bytes, ...]] = {}
    for name, _, record in zone.iterate_rdatas(dns.rdatatype.TXT):
        assert isinstance(record, TXT)
        found[name.to_text()] = record.strings
    return found


def test_the_record_is_what_openssl_says() -> None:
    assert render_zone(build_dkim_record(KEY, DOMAIN)) + "\n" == (SAMPLES / "sample.zone").read_text()


def test_the_ed25519_record_is_short() -> None:
    """RFC 8463 section 4: the bare 32 octets."""
    record = build_dkim_record(ED25519, DOMAIN)
    assert record.value == f"v=DKIM1; k=ed25519; p={ED25519.public}"
    assert len(ED25519.public) == 44
    assert render_zone(record) == f'e2026a._domainkey.{DOMAIN}. IN TXT "{record.value}"'


@pytest.mark.parametrize(
    "record",
    [
        build_dkim_record(KEY, DOMAIN),
        build_dkim_record(ED25519, DOMAIN),
        build_revoked_record("n2026a", DOMAIN),
        build_dmarc_record(DOMAIN, EmailAddress("dmarc", DOMAIN)),
        DnsRecord(name="a.example", value='quotes " and \\ ' * 60),
    ],
    ids=lambda record: record.name,
)
def test_a_name_server_reads_the_value_from_its_zone_file(record: DnsRecord) -> None:
    ((name, strings),) = read_zone(render_zone(record)).items()
    assert name == record.name + "."
    assert b"".join(strings).decode() == record.value
    assert max(map(len, strings)) <= 255


def test_the_other_records_are_exactly_these() -> None:
    assert build_revoked_record("n2026a", DOMAIN) == DnsRecord(
        name="n2026a._domainkey.news.example.org", value="v=DKIM1; p="
    )
    for ours, end in ((True, "-all"), (False, "~all")):
        assert build_spf_record("b.example.org", "relay.example.net", is_ours_alone=ours) == DnsRecord(
            name="b.example.org", value=f"v=spf1 a:relay.example.net {end}"
        )
    assert build_dmarc_record("example.org", EmailAddress("dmarc", "example.org")) == DnsRecord(
        name="_dmarc.example.org", value="v=DMARC1; p=none; np=reject; rua=mailto:dmarc@example.org"
    )


def test_reports_to_another_domain_need_its_consent() -> None:
    assert build_report_permission("example.org", EmailAddress("d", "reports.example.net")) == DnsRecord(
        name="example.org._report._dmarc.reports.example.net", value="v=DMARC1"
    )
    assert build_report_permission("example.org", EmailAddress("d", "example.org")) is None
    assert build_report_permission("example.org", EmailAddress("d", "in.example.org")) is None


@pytest.mark.parametrize(
    "text",
    [
        VALUE,
        f"  {VALUE};\n",
        VALUE.replace("; ", ";"),
        VALUE.replace("v=DKIM1; ", ""),
        VALUE.replace("k=rsa; ", "h=sha1:sha256; s=email; t=s; n=note; "),
        f'"{VALUE[:255]}" "{VALUE[255:]}"\n',
        render_zone(build_dkim_record(KEY, DOMAIN)),
        f'"{VALUE}"'.replace(";", "\\;"),
        VALUE[:100] + "\r\n\t" + VALUE[100:],
    ],
)
def test_the_record_is_known_in_every_form_that_people_bring(text: str) -> None:
    assert find_record_faults(text, KEY) == ()


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", {RecordFault.UNREADABLE}),
        ("v=spf1 -all", {RecordFault.UNREADABLE}),
        ("v=DKIM1", {RecordFault.UNREADABLE}),
        (VALUE + "; p=x", {RecordFault.UNREADABLE}),
        (VALUE[:255], {RecordFault.OTHER_KEY}),
        (f"v=DKIM1; p={RSA.public}", {RecordFault.OTHER_KEY}),
        pytest.param(
            build_dkim_record(ED25519, DOMAIN).value,
            {RecordFault.OTHER_KEY, RecordFault.KEY_TYPE},
            id="another key's record",
        ),
        ("v=DKIM1; p=", {RecordFault.REVOKED}),
        (VALUE.replace("DKIM1", "DKIM2"), {RecordFault.VERSION}),
        (VALUE.replace("v=DKIM1; ", "") + "; v=DKIM1", {RecordFault.VERSION}),
        (VALUE + "; h=sha1; s=tlsrpt; t=y:s", {RecordFault.HASH, RecordFault.SERVICE, RecordFault.TESTING}),
    ],
)
def test_what_is_wrong_with_a_record_is_named(text: str, faults: set[RecordFault]) -> None:
    assert set(find_record_faults(text, KEY)) == faults
