"""From a web address to findings: discover, sample, visit, check. Knows no database and no municipality."""
