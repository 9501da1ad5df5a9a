"""Reference facts that come with the program; README.md names the source of each."""
