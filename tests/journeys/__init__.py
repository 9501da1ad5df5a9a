"""The whole product through its own doors: command line, web, browser."""
