"""Tests of the pages and the report file."""
