"""Screens of the console: one file each, its style sheet beside it."""
