"""A hostile website of our own: every address does one thing that a scanner must survive; expectations in one table."""
