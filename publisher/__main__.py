"""`nashra`, and `python -m publisher`."""

import io
import sys

from publisher.cli.app import run


def main() -> None:
    """Run the command line and leave with its exit code. Output is UTF-8 whatever the locale: it is Arabic."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
