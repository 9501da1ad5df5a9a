"""Tables, sessions and queries: the only place that speaks to the database."""
