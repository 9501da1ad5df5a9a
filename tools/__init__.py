"""Tools of this project's own: set-up and checks; standard library only, as they run before anything is installed."""
