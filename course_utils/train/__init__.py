"""Long runs without a notebook: `python -m course_utils.train dcgan --dataset mnist --epochs 50 --out runs/dcgan`."""
