"""From rule files to a proven catalogue: reading entry by entry, then proofs across entries."""
