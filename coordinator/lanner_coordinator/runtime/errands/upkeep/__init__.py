"""Errands that look after what executions leave."""
