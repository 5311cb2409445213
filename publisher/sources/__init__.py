"""Floor 2: articles in. Reads documents into `Parsed` values, or holds them back with a reason."""
