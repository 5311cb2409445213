"""Floor 3: one use case a file. Rules come from the model, effects from the rooms of floor 2."""
