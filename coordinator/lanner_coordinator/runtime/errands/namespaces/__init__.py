"""Errands on files of namespaces: `core.namespace.*`."""
