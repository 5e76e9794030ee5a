"""What text is: words, scripts, casing, edits."""
