"""A model of a user's own text: stage by stage, in the time it was given, going on after interruptions."""
