"""What is learned about this user."""
