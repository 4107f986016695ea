"""Use cases: one function each, from what is asked to what is recorded."""
