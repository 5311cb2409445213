"""What can go wrong between a draft and its rendition.

DigestError
└── raised by `render_digest` when the finished mail breaks an invariant that sending relies on
"""

from publisher.digest.lint import Fault


class DigestError(Exception):
    """A finished digest that must not be sent. Says which issue, which variant and every fault found."""

    def __init__(self, *, newsletter: str, number: int, variant: str, faults: tuple[Fault, ...]) -> None:
        self.newsletter = newsletter
        self.number = number
        self.variant = variant
        self.faults = faults
        found = "; ".join(f"{fault.kind}: {fault.detail}" for fault in faults)
        super().__init__(f"issue {number} of {newsletter} ({variant}) breaks the rules of mail: {found}")
