"""What every bench measures, defined once: typing, correction, dictation, and how sure a figure is."""
