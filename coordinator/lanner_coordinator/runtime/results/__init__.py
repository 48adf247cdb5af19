"""Results of tasks that are kept and used again by later task runs: `taskCache`."""
