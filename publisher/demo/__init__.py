"""Floor 5: the main job on one machine, with sample articles, sample readers and a mailbox instead of a relay."""
