"""`python -m toegankelijk`: the platform's command line."""

from toegankelijk.cli import main

main()
