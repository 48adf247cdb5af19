"""What Kestra's own tests bring along, for the agent that runs the cases."""
