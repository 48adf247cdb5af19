"""Stored templates: lists of tasks that flows put in by name."""
