"""Floor 1: language. Direction, bidi isolation, dates, digits, truncation, folding, plurals, words."""
