"""Namespaces: what is set for them and inherited by those below, and their files."""
