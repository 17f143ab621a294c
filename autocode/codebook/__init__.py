"""The codebook at work: how its codes are used, what changes it, and the record of each change."""
