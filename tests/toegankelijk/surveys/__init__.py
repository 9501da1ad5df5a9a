"""Tests of surveys: recording, refusing, reading back."""
