"""One game, several loops: what `benchmarks.step_time` compares. Every loop has `networks` and `run(epochs)`."""
