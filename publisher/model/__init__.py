"""Floor 0: frozen values and pure rules. Standard library only; no clock, no file, no socket."""
