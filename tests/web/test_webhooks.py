"""publisher.web.webhooks: who may call, how often, and what is done before 200."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from publisher.jobs.take_events import take_events
from publisher.mail.hooks.sendgrid import parse_public_key
from publisher.web.webhooks import MAX_CALL_BYTES, Hooks, hook_routes
from tests.jobs.returns import Returns, open_returns
from tests.mail.hooks import calls

PROVIDERS = ("mailgun", "postmark", "sendgrid", "ses")


@dataclass(slots=True)
class Door:
    """The hooks of one application; `now` is its clock, `fetched` the addresses it asked for."""

    returns: Returns
    hooks: Hooks
    now: list[datetime]
    fetched: list[str] = field(default_factory=list)
    pem: bytes = b""

    @property
    def client(self) -> TestClient:
        app = Starlette(routes=hook_routes(self.hooks), max_body_size=64 * 1024)
        return TestClient(app, raise_server_exceptions=False)

    def post(self, provider: str, body: bytes, header: dict[str, str] | None = None) -> int:
        return self.client.post(f"/hooks/{provider}", content=body, headers=header or {}).status_code

    def call(self, provider: str, *, at: datetime = calls.NOW, bend: bool = False) -> int:
        """A hard bounce of reader 1, as this provider tells it; bent where asked, after it was signed."""
        body, header = signed(provider, at=at)
        if bend and provider == "postmark":
            header = {"Authorization": calls.basic("nashra:guess")}
        elif bend and provider == "mailgun":
            body = body.replace(b'"token": "t', b'"token": "u')
        elif bend:
            body = body.replace(b"reader0@", b"reader1@")
        return self.post(provider, body, header)


def signed(provider: str, *, at: datetime = calls.NOW) -> tuple[bytes, dict[str, str]]:
    if provider == "mailgun":
        return calls.encode(calls.mailgun(calls.mailgun_failure(), at=at)), {}
    if provider == "postmark":
        return calls.encode(calls.postmark_bounce()), {"Authorization": calls.basic()}
    if provider == "sendgrid":
        return calls.sendgrid([calls.sendgrid_bounce()], at=at)
    return calls.encode(calls.sns(calls.ses_bounce(), at=at)), {"Content-Type": "text/plain"}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with open_returns(tmp_path) as returns:
        now = [calls.NOW]
        intake = replace(returns.intake, now=lambda: now[0])
        hooks = Hooks(
            take=lambda events, call: take_events(intake, events, call=call),
            now=lambda: now[0],
            mailgun_key=calls.MAILGUN_KEY,
            postmark=("nashra", "secret"),
            sendgrid_key=parse_public_key(calls.sendgrid_public_key()),
            ses_topics=frozenset({calls.TOPIC}),
        )
        door = Door(returns=returns, hooks=hooks, now=now, pem=calls.certificate())

        async def fetch(url: str) -> bytes:
            door.fetched.append(url)
            return door.pem

        door.hooks = replace(hooks, fetch=fetch)
        yield door


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_signed_call_is_taken_and_the_same_call_again_is_not(door: Door, provider: str) -> None:
    assert door.call(provider) == 200
    (row,) = door.returns.rows()
    assert (row.subscriber, row.feedback.finding.kind, row.verdict) == (1, "hard", "counted")
    assert row.feedback.issue == (None if provider == "postmark" else 1)
    assert door.call(provider) == 200, "the provider may only have missed our answer"
    assert len(door.returns.rows()) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_bent_call_is_refused_and_changes_nothing(door: Door, provider: str) -> None:
    assert door.call(provider, bend=True) == 403
    assert door.returns.rows() == ()
    assert door.call(provider) == 200, "the bent call has not used up the good one"


@pytest.mark.parametrize("provider", ["mailgun", "sendgrid", "ses"])
def test_an_old_or_future_call_is_refused(door: Door, provider: str) -> None:
    """As old as the provider's last try may be, and no older."""
    age = {"mailgun": timedelta(hours=9), "sendgrid": timedelta(hours=25), "ses": timedelta(hours=1)}[
        provider
    ]
    second = timedelta(seconds=1)
    assert door.call(provider, at=calls.NOW - age - second) == 403
    assert door.call(provider, at=calls.NOW + timedelta(minutes=5) + second) == 403
    assert door.returns.rows() == ()
    assert door.call(provider, at=calls.NOW - age + second) == 200


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_recorded_call_is_never_taken_later(door: Door, provider: str) -> None:
    assert door.call(provider) == 200
    for wait in (timedelta(minutes=4), timedelta(minutes=50), timedelta(hours=24), timedelta(days=3)):
        door.now[0] += wait
        door.call(provider)
        assert len(door.returns.rows()) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 5000])
def test_nonsense_is_refused(door: Door, provider: str, body: bytes) -> None:
    assert door.post(provider, body) in (400, 403)
    assert door.returns.rows() == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_oversize_call_is_refused_unread(door: Door, provider: str) -> None:
    assert door.post(provider, b" " * (MAX_CALL_BYTES + 1)) == 413


def test_a_large_call_of_a_busy_provider_is_taken(door: Door) -> None:
    """Larger than any form may be: the application's own cap does not reach here."""
    events = [
        calls.sendgrid_bounce(sg_event_id=f"{n}", email=f"gone{n}@reader.example", filler="x" * 2000)
        for n in range(150)
    ]
    body, header = calls.sendgrid(events)
    assert len(body) > 300_000
    assert door.post("sendgrid", body, header) == 200


def test_a_provider_that_is_not_set_up_has_no_route(door: Door) -> None:
    door.hooks = Hooks(take=door.hooks.take, now=door.hooks.now)
    assert [door.call(provider) for provider in PROVIDERS] == [404] * 4
    door.hooks = replace(door.hooks, ses_topics=frozenset({calls.TOPIC}))
    assert door.call("ses") == 404, "without a fetcher nothing can be verified"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_only_post_does_anything(door: Door, method: str) -> None:
    for provider in PROVIDERS:
        assert door.client.request(method, f"/hooks/{provider}").status_code == 405


def test_the_certificate_is_fetched_once_and_only_from_amazon(door: Door) -> None:
    assert door.hooks.fetch is not None
    client = door.client
    for n in range(3):
        body = calls.encode(calls.sns(calls.ses_bounce(), MessageId=f"sns-{n}"))
        assert client.post("/hooks/ses", content=body).status_code == 200
    assert door.fetched == [calls.CERTIFICATE_URL]
    evil = calls.sns(calls.ses_bounce(), SigningCertURL="https://evil.example/x.pem")
    assert client.post("/hooks/ses", content=calls.encode(evil)).status_code == 403
    assert door.fetched == [calls.CERTIFICATE_URL]


def test_a_strangers_signature_does_not_spoil_the_certificate(door: Door) -> None:
    client = door.client
    forged = calls.encode(calls.sns(calls.ses_complaint(), key=calls.STRANGER_KEY))
    assert client.post("/hooks/ses", content=forged).status_code == 403
    assert client.post("/hooks/ses", content=calls.encode(calls.sns(calls.ses_bounce()))).status_code == 200
    assert client.post("/hooks/ses", content=forged).status_code == 403
    assert len(door.fetched) == 2
    assert door.returns.is_subscribed()


def test_a_subscription_of_our_topic_is_confirmed_and_of_another_is_not(door: Door) -> None:
    def confirm(**changes: Any) -> int:
        return door.post("ses", calls.encode(calls.sns("x", kind="SubscriptionConfirmation", **changes)))

    assert confirm() == 200
    assert door.fetched == [calls.CERTIFICATE_URL, calls.SUBSCRIBE_URL]
    assert confirm(MessageId="2", SubscribeURL="https://evil.example/?Action=ConfirmSubscription&x=1") == 200
    assert confirm(MessageId="3", TopicArn="arn:aws:sns:eu-central-1:1:theirs") == 403
    assert door.fetched.count(calls.SUBSCRIBE_URL) == 1
    assert all("evil" not in url for url in door.fetched)


def test_a_certificate_that_cannot_be_had_asks_for_patience(door: Door) -> None:
    async def fail(_url: str) -> bytes:
        raise OSError("no route")

    door.hooks = replace(door.hooks, fetch=fail)
    response = door.client.post("/hooks/ses", content=signed("ses")[0])
    assert (response.status_code, response.headers["retry-after"]) == (503, "60")


def test_a_complaint_ends_everything_even_for_an_address_we_do_not_know(door: Door) -> None:
    events = [
        calls.sendgrid_bounce(event="spamreport", sg_event_id="a"),
        calls.sendgrid_bounce(
            event="spamreport", sg_event_id="b", email="reader1@reader.example", **{"smtp-id": ""}
        ),
        calls.sendgrid_bounce(event="spamreport", sg_event_id="c", email="gone@reader.example"),
    ]
    body, header = calls.sendgrid(events)
    assert door.post("sendgrid", body, header) == 200
    assert (door.returns.is_suppressed(1), door.returns.is_subscribed(1)) == (True, False)
    assert (door.returns.is_suppressed(2), door.returns.is_subscribed(2)) == (True, False)
    assert not door.returns.is_suppressed(3)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "reader1@reader.example"},
        {"email": "reader1@reader.example", "smtp-id": "<i99.s2@news.example.org>"},
        {"email": "reader1@reader.example", "smtp-id": "<i1.s2@elsewhere.example>"},
    ],
)
def test_an_id_that_does_not_fit_the_address_gives_way_to_it(door: Door, changes: dict[str, Any]) -> None:
    body, header = calls.sendgrid([calls.sendgrid_bounce(**changes)])
    door.post("sendgrid", body, header)
    (row,) = door.returns.rows()
    assert (row.subscriber, row.feedback.issue) == (2, None)


def test_a_call_that_fails_half_way_may_come_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("publisher.jobs.take_events.note_feedback", fail)
        assert door.call("mailgun") == 500
    assert door.call("mailgun") == 200


def test_no_log_holds_an_address_or_a_secret(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for provider in PROVIDERS:
            door.call(provider)
            door.call(provider, bend=True)
    said = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "reader0" not in said
    assert "secret" not in said
    assert "secret" not in repr(door.hooks)
