"""Files of namespaces: their names and versions in memory, their bytes in artifact storage."""
