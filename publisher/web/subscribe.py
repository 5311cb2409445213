"""`/subscribe`: GET shows the form, POST takes a request.

The POST comes from our own page or from the form a newsroom pasted into its site: no cookie, no CSRF token, because
what protects the reader is that nothing is sent before she confirms. The answer is the same for every address.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from publisher.jobs import subscribe as job
from publisher.mail.address import AddressError, parse_address
from publisher.web.context import context_of
from publisher.web.errors import render_busy
from publisher.web.forms import field, fields, read_form
from publisher.web.language import PARAMETER
from publisher.web.network import network_of
from publisher.web.pages import SHORT, page_language, render_page, words_of
from publisher.web.subscribe_form import (
    ADDRESS,
    LANGUAGE,
    NEWSLETTER,
    TRAP,
    SubscribeForm,
    build_form,
    consent_wording,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribePage:
    """The form on a page of its own."""

    template: ClassVar[str] = "web/subscribe.html"
    form: SubscribeForm


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMailPage:
    """Says what happens next. `address` is what was typed, so that a slip is seen."""

    template: ClassVar[str] = "web/check_mail.html"
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why the form is shown again, in the reader's language."""

    text: str
    is_address: bool = False


class Subscribe(HTTPEndpoint):
    """The form and its answer."""

    def get(self, request: Request) -> Response:
        """The form; `?newsletter=` chooses some beforehand."""
        return render_page(request, SubscribePage(form=form_for(request)), cache=SHORT)

    async def post(self, request: Request) -> Response:
        """Take the request down and say what happens next."""
        form = await read_form(request)
        asked = parse_request(request, form)
        if isinstance(asked, Fault):
            return render_page(request, SubscribePage(form=form_for(request, form, asked)), status=422)
        page = CheckMailPage(address=str(asked.address))
        if field(form, TRAP):
            log.info("subscribe.trapped", extra={"network": asked.network})
            return render_page(request, page)
        context = context_of(request)
        answer = await run_in_threadpool(
            job.subscribe,
            context.database,
            asked,
            now=context.now(),
            submit=context.submit,
            hash_key=context.hash_key,
            limits=context.limits,
        )
        return render_page(request, page) if answer is job.Answer.TAKEN else render_busy(request)


def parse_request(request: Request, form: FormData) -> job.Request | Fault:
    """What the form asks for, or what is wrong with it."""
    context, words = context_of(request), words_of(request)
    try:
        address = parse_address(field(form, ADDRESS))
    except AddressError as error:
        return Fault(text=words.say_reason(error.reason), is_address=True)
    newsletters = _chosen(fields(form, NEWSLETTER), [item.slug for item in context.newsletters])
    if not newsletters:
        return Fault(text=words.say("web.subscribe.choose"))
    language = field(form, LANGUAGE)
    return job.Request(
        address=address,
        newsletters=newsletters,
        language=language if language in context.site.languages else page_language(request),
        network=network_of(request, context),
        evidence=f"form {consent_wording(words)}",
    )


def form_for(
    request: Request,
    form: FormData | None = None,
    fault: Fault | None = None,
    newsletters: Sequence[str] | None = None,
) -> SubscribeForm:
    """The form for this visitor, with what she already filled in; for some `newsletters` only where they are named."""
    context, words = context_of(request), words_of(request)
    filled = form if form is not None else FormData([])
    offered = [item for item in context.newsletters if newsletters is None or item.slug in newsletters]
    asked = (*fields(filled, NEWSLETTER), *request.query_params.getlist(NEWSLETTER))
    return build_form(
        context.site,
        offered,
        words,
        names=[(tag, context.words[tag].say("web.language.name")) for tag in context.site.languages],
        action=f"/subscribe?{PARAMETER}={words.language}",
        chosen=_chosen(asked, [item.slug for item in offered]) if asked else (),
        language=field(filled, LANGUAGE) or None,
        address=field(filled, ADDRESS),
        fault=fault.text if fault else "",
        address_is_at_fault=fault.is_address if fault else False,
    )


def _chosen(asked: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The known ones among those asked for, each once; the only one there is needs no asking."""
    if len(known) == 1:
        return tuple(known)
    return tuple(slug for slug in known if slug in asked)
