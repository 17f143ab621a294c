"""A transcript: what was said, by whom, and the files it is read from."""
