"""Tests of labelling: judging, keeping results, publishing."""
