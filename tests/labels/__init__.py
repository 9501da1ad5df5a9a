"""Tests of what may be asked about a venue and what the answers are worth."""
