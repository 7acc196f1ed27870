"""Commands that bring rows in: template, review, add."""
