"""Released versions: fetched and checked, compared, written in other forms."""
