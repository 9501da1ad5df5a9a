"""The platform: accounts, storage, use cases, pages and reports."""

__version__ = "0.1.0"
