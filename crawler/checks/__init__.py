"""Kinds of checks on a visited page; every module gives one function from a page to its findings."""
