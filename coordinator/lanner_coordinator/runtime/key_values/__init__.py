"""The key-value store: what flows and people keep by namespace and key."""
