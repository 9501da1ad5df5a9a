"""What may be asked about a venue and what the answers are worth; standard library only."""
