"""Secrets: kept encrypted by namespace, found for expressions, never given back to people."""
