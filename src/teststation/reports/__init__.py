"""What leaves the house for people and other systems."""
