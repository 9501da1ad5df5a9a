"""The demonstration: an example municipality that does not exist, its website, and one command that shows it all."""
