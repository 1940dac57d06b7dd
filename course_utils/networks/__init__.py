"""Networks that several lessons share, each in a file of its own."""
