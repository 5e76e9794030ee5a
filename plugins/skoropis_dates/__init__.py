"""Dates and times behind a semicolon: ``;today``, ``;next friday``, ``;завтра``."""
