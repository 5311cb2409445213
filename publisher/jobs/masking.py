"""An address as a page may show it: enough for its owner to recognise, too little for who looks over her shoulder."""

from publisher.model.address import EmailAddress


def mask_address(address: EmailAddress) -> str:
    """`s•••@example.net`: the first letter, then always three dots, so that not even the length is told."""
    return f"{address.local[0]}•••@{address.domain}"
