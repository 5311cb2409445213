"""The sides a direction begins and ends on."""

from publisher.model.direction import Direction


def test_arabic_begins_on_the_right() -> None:
    assert (Direction.RTL.start, Direction.RTL.end) == ("right", "left")
    assert (Direction.LTR.start, Direction.LTR.end) == ("left", "right")
