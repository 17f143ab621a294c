"""A coding: what one coder did with one transcript, whoever coded."""
