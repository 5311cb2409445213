"""Work: equal keys are one work, and what somebody waits for goes first."""

import pytest

from publisher.model.work import Priority, Work, WorkKind


@pytest.mark.parametrize("kind", WorkKind)
def test_every_kind_has_its_turn(kind: WorkKind) -> None:
    expected = {
        WorkKind.NOTICE: Priority.URGENT,
        WorkKind.BREAKING: Priority.BREAKING,
        WorkKind.SEND: Priority.BULK,
        WorkKind.PUSH: Priority.PUSH,
    }
    assert Work(kind, "1").priority is expected.get(kind, Priority.NORMAL)


def test_equal_works_are_the_same_work() -> None:
    assert {Work(WorkKind.SEND, "1:0"), Work(WorkKind.SEND, "1:0")} == {Work(WorkKind.SEND, "1:0")}
