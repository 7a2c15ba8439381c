"""What a result means, and who says so: rules as data with citations, judged on a test result only."""
