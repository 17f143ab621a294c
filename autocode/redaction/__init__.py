"""Pseudonyms for what names people, places and organisations, before a server reads the text."""
