"""The main job as a reader meets it: in a browser, from a demonstration that really runs."""
