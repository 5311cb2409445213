"""Floor 5: the command door. Parses, calls one job, presents."""
