"""Tests of the registry and its reference facts."""
