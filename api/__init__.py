"""What is said: HTTP and the command line."""
