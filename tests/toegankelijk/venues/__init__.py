"""Tests of venues: what is said of them, finding them, and who may."""
