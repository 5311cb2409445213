"""Floor 5: the HTTP door. Parses, calls one job, presents."""
