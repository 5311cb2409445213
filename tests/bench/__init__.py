"""The bench: our figures beside those of the peers, in one run, alternating, so that a ratio means something."""
