"""The clinical tests: what happened in a recording, and when; live, and of record."""
