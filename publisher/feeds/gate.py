"""The gate: nothing replaces a published file that our own validator finds an error in.

Checking every entry again in each of its feeds would cost more than writing them. So an entry is checked when it is
written (`entry_gate.py`), and a document by what is left when its entries are cut out, and by holding exactly those
(`check_document`); `validate/fragment.py` says why that is the same. Warnings pass.
"""

from publisher.feeds.documents import Document
from publisher.feeds.entry_gate import tell_fault
from publisher.feeds.validate.document import validate
from publisher.model.reason import Reason, reason


def check_document(document: Document) -> Reason | None:
    """None if it may be published: it holds the entries it should, each once, and its frame is without error."""
    if len(document.ids) != len(document.forms) or len(set(document.ids)) != len(document.ids):
        return reason("feeds.document.incomplete")
    frame = cut_entries(document)
    if frame is None:
        return reason("feeds.document.incomplete")
    faults = validate(frame, url=document.url).errors
    return reason("feeds.document.damaged", detail=tell_fault(faults[0])) if faults else None


def cut_entries(document: Document) -> bytes | None:
    """The document without its entries; None where they do not stand in it whole, in order, one after the other."""
    data, between = document.data, document.format.between
    begin = end = data.find(document.forms[0]) if document.forms else 0
    for number, form in enumerate(document.forms):
        if number:
            if not data.startswith(between, end):
                return None
            end += len(between)
        if not data.startswith(form, end):
            return None
        end += len(form)
    return data[:begin] + data[end:]
