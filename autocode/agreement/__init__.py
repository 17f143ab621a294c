"""Agreement coefficients: pure arithmetic, numpy and scipy only."""
