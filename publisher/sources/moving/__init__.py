"""Articles in from the system a newsroom leaves: its feeds and exports, with the ids that its readers know."""
