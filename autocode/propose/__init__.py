"""A model codes a transcript: what it is asked, and the run that leaves."""
