"""For a command that only writes rows: the running Nashra's sweep finds what they ask for."""

from typing import Any

from publisher.engine.dispatcher import Handle
from publisher.model.work import Work


class RowsOnly:
    """A dispatcher that hands nothing out."""

    def submit(self, tx: Any, work: Work) -> None:
        """Nothing to do: the row is what tells."""

    async def run(self, handle: Handle) -> None:
        """Returns at once."""

    async def close(self) -> None:
        """Nothing is held."""
