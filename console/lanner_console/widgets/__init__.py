"""Widgets of the console: they show view models, say what the user did, and know no app."""
