"""When each feed file last changed. A file's date moves strictly forward with its bytes (`files.py`), so an equal date
is an equal file, at the price of a `stat`.
"""

from pathlib import Path

from publisher.feeds.formats import FORMATS
from publisher.feeds.manifest import load_listings


def load_dates(folder: Path) -> dict[str, int]:
    """The files of the published feeds, by their path below the folder, each with its date in whole seconds since
    1970. Archives and twins are none of them.
    """
    paths = [listing.path + format_.ending for listing in load_listings(folder) for format_ in FORMATS]
    there = ((path, folder / path) for path in paths)
    return {path: int(file.stat().st_mtime) for path, file in there if file.exists()}
