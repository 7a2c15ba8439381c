"""Arrays in, arrays and events out: pure functions of signals, no input or output, no clock, no screen."""
