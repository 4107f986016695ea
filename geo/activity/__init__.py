"""What is really dug: where activity was seen, by whom, when, and what was never looked at."""
