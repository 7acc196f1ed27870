"""From a stranger's spreadsheet to an accepted row: template, marked copy, review, add."""
