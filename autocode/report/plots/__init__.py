"""Figures that answer questions: where, what, how sure; each with a sentence that reads it."""
