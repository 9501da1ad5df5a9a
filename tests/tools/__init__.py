"""Tests of set-up and of the checks that CI makes."""
