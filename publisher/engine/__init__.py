"""Floor 2: how work reaches workers."""
