"""Executions that start other executions: Subflow and the batches of ForEachItem."""
