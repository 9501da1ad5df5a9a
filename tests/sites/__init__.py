"""Websites that tests scan; all served on loopback."""
