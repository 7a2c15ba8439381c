"""Recordings on disk, both ways, with every guard against bad input."""
