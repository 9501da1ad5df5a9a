"""What every test may lean on: local servers, a shut network, a real PostgreSQL, marks in the test report."""
