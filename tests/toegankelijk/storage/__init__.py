"""Tests of tables, sessions and migrations."""
