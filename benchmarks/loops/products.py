"""How fast this machine multiplies matrices, in TensorFlow: what a floor is measured by."""

import time

import tensorflow as tf

SIZES = (1024, 2048)
REPEATS = 3


class Products:
    """Square products in one precision; each round gives the best rate over sizes and repeats."""

    def __init__(self, dtype="float32"):
        self.dtype = dtype
        self.factors = [tf.cast(tf.random.normal((n, n)), dtype) for n in SIZES]
        self.product = tf.function(lambda a: tf.linalg.matmul(a, a))

    def rate(self):
        """Billions of operations a second, a multiply-add counted as two."""
        return max(self._one(a) for a in self.factors for _ in range(REPEATS))

    def _one(self, a):
        calls = max(1, SIZES[-1] // a.shape[0]) ** 3
        started = time.perf_counter()
        for _ in range(calls):
            product = self.product(a)
        # A card computes on while Python goes ahead: one number of the result has to arrive.
        float(product[0, 0])
        return calls * 2 * a.shape[0] ** 3 / (time.perf_counter() - started) / 1e9
