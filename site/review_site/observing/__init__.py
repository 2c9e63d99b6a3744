"""What an operator sees of a running instance: logs without personal data, figures, and whether it is ready."""
