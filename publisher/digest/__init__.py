"""Floor 2: the digest out. From a `Draft` to a `Rendition`."""
