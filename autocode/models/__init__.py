"""Language models and embeddings behind one interface, one door per vendor."""
