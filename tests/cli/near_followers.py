"""`nashra serve` for followers of the tests' own network, which is nobody's to reach otherwise."""

from unittest.mock import patch

from publisher.__main__ import main
from tests.fetch.servers import OWN

if __name__ == "__main__":
    with patch("publisher.wiring.newsroom.FOR_STRANGERS", OWN):
        main()
