"""Where an artisanal area could lawfully be, and why."""
