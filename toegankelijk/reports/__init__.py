"""Reports: one frozen object per report, and renderers that only show it."""
