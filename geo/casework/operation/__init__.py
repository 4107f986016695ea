"""Operation of an artisanal area (exploitation): what its record holds, and what may be done."""
