"""Floor 2: messages, SMTP, tokens. From a `Rendition` to what a relay answered."""
