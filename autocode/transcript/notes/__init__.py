"""Field notes, piece by piece: lines, metadata, traces and the code in them."""
