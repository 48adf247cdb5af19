"""What only scripts in Python have: packages that are installed before them."""
