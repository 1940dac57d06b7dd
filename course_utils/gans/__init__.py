"""GANs: one `train_step` in `base`, one file a paper beside it."""
