"""autocode: a second coder for interview transcripts."""

__version__ = "0.1.0"
