"""``skoropis type``: a screen where one types and sees what Skoropis would write and what it mends."""
