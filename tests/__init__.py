"""Tests of the whole product, laid out as the packages are."""
