"""The gate for one entry: what our own validator finds an error in stands in no feed (`gate.py` has the reasons)."""

from collections.abc import Sequence

from publisher.feeds.formats import FORMATS
from publisher.feeds.validate.finding import Finding
from publisher.feeds.validate.fragment import first_fault
from publisher.model.errors import ReasonedError
from publisher.model.reason import reason


class RefusedEntryError(ReasonedError):
    """An entry the validator finds an error in; `reason` says which."""


def check_forms(forms: Sequence[bytes]) -> None:
    """Check one entry as written in each of FORMATS. Raises RefusedEntryError."""
    for format_, form in zip(FORMATS, forms, strict=True):
        if (fault := first_fault(format_.name, form)) is not None:
            raise RefusedEntryError(reason("feeds.entry.refused", detail=tell_fault(fault)))


def tell_fault(fault: Finding) -> str:
    """What is wrong and where, in a line."""
    return f"{fault.sentence} ({fault.code}; {fault.where})"
