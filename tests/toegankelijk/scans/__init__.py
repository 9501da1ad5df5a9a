"""Tests of scans as the platform keeps them."""
