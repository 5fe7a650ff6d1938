"""Named defects: each makes the node do one thing wrong, as some real system did or would."""
