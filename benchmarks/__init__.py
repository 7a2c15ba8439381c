"""Commands that print the tables a claim rests on: accuracy, speed, footprint."""
