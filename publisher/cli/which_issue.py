"""The argument that names an issue, and the issue it names."""

from typing import Annotated

from cyclopts import Parameter, validators

from publisher.jobs.newsroom import Newsroom
from publisher.model.errors import UsageError
from publisher.model.issue import Issue
from publisher.store.issues import load_issue

IssueId = Annotated[
    int,
    Parameter(
        help="The issue's id, as `nashra issue list` prints it.",
        validator=validators.Number(gte=1, lt=2**63),
    ),
]


def find_issue(room: Newsroom, issue_id: int) -> Issue:
    """The issue. Raises UsageError where there is none of this id."""
    with room.database.read() as tx:
        found = load_issue(tx, issue_id)
    if found is None:
        raise UsageError(f"there is no issue {issue_id}", next_step="nashra issue list")
    return found
