"""Dialogs of the console: short questions that lie over the screen and answer it."""
