"""The errands of `core.storage.*`: files in, files out, a piece at a time."""
