"""What is drawn, given rows."""
