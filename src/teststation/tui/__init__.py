"""The terminal screens: they render a state and send intents; they measure nothing and keep nothing."""
