"""What happens to one keystroke: ranking and policy."""
