"""Where samples come from. One file per device: a pure decode and a thin driver."""
