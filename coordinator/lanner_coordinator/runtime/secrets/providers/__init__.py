"""Places outside of the coordinator that keep secrets."""
