"""What the commands in scripts/ are made of: set-up, databases, tests. Standard library only."""
