"""What the settings came to: every value with its origin, and warnings about what is allowed and yet unwise."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from enum import Enum

from msgspec import UNSET
from msgspec.structs import fields

from publisher.mail.relay_settings import RelaySettings, Tls
from publisher.model.site import Newsletter
from publisher.settings.check import table_in
from publisher.settings.doors import is_this_machine
from publisher.settings.tables import NashraTable, PushTable, Table, is_secret
from publisher.settings.values import MASK, Setting

_SHUTDOWN_HOURS = (time(6), time(8))


def tell_settings(
    table: NashraTable, origins: Mapping[str, str], derived: Mapping[str, str | int | None]
) -> tuple[Setting, ...]:
    """Every key in the order of the file's shape. `derived` are the values that unset keys came to."""
    return tuple(_tell(table, "$", origins, derived))


def _tell(
    table: Table, path: str, origins: Mapping[str, str], derived: Mapping[str, str | int | None]
) -> Iterator[Setting]:
    for info in fields(table):
        place, value = f"{path}.{info.encode_name}", getattr(table, info.name)
        if isinstance(value, Table):
            yield from _tell(value, place, origins, derived)
        elif isinstance(value, tuple) and value and isinstance(value[0], Table):
            for n, entry in enumerate(value):
                yield from _tell(entry, f"{place}[{n}]", origins, derived)
        elif path != "$" and table_in(info.type) is None:  # a table that is not there is no value
            value = derived.get(place) if value is UNSET else value
            value = value.value if isinstance(value, Enum) else value
            shown = MASK if is_secret(place) and value is not None else value
            yield Setting(path=place, value=shown, origin=origins.get(place, "default"))


def tell_warnings(
    newsletters: Sequence[Newsletter], relays: Sequence[RelaySettings], push: PushTable
) -> tuple[str, ...]:
    """Sentences for the operator, in English."""
    warnings = [
        f"newsletter {newsletter.slug} is due at {moment:%H:%M}: on exam days Iraq cuts the internet from 06:00 to "
        "08:00, so readers there get it late; the default is 18:00"
        for newsletter in newsletters
        for moment in newsletter.recurrence.times
        if _SHUTDOWN_HOURS[0] <= moment < _SHUTDOWN_HOURS[1]
    ]
    warnings += [
        f'the password for {relay.host} travels in the clear: set tls = "starttls" or "tls" in '
        + ("[[relay]]" if place else "[mail]")
        for place, relay in enumerate(relays)
        if relay.username and relay.tls is Tls.NONE and not is_this_machine(relay.host)
    ]
    if push.own_networks and not push.hubs:
        warnings.append(
            "own_networks in [push] opens nothing: it is for hubs, and none are named; followers must be public"
        )
    return tuple(warnings)
