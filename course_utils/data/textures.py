"""The embedded textures: crops of six photographs that ship inside scikit-image, to be told apart by their look."""

import numpy as np

SIZE = 32
# Of every four bands of the photograph's columns, the last one is kept for testing.
BAND = 48
EVERY = 4
CROPS = {"train": 400, "test": 100}
SEEDS = {"train": 0, "test": 1}
# Standard deviation of a crop's pixels in [-1, 1]; what lies beyond 2.5 of them is clipped.
CONTRAST = 0.4
# Keeps an almost even crop from being blown up into its own noise.
FLOOR = 0.005

TEXTURES = ("brick", "grass", "gravel", "page", "retina", "galaxies")
# Only the middle of the retina's photograph shows the retina.
_SOURCES = {name: (name, np.s_[:, :]) for name in TEXTURES} | {
    "retina": ("retina", np.s_[350:1050, 350:1050]),
    "galaxies": ("hubble_deep_field", np.s_[:, :]),
}


def textures(split, size):
    """Returns one split of the textures: grey 32x32 crops, whatever `size` says.

    Every crop has about the same brightness and contrast, so that neither gives the class away.

    Args:
        split: `"train"` (400 crops of each photograph) or `"test"` (100), from bands of the photograph that share no
            pixel; the crops are always the same.
        size: height and width that were asked for.

    Returns:
        Images `(n, 32, 32, 1)`, float32 in [-1, 1], and labels `(n,)`, places in `TEXTURES`.
    """
    random = np.random.default_rng(SEEDS[split])
    crops = [texture_crops(name, split, CROPS[split], random) for name in TEXTURES]
    return np.concatenate(crops), np.repeat(np.arange(len(TEXTURES)), CROPS[split])


def texture_crops(name, split, n, random):
    """Draws crops of one photograph from its training or its test bands.

    Args:
        name: one of `TEXTURES`.
        split: `"train"` or `"test"`.
        n: number of crops.
        random: `numpy.random.Generator` that chooses the places.

    Returns:
        `(n, 32, 32, 1)`, float32 in [-1, 1], contrast-normalised.

    Raises:
        ValueError: unknown name.
    """
    photograph = _grey(name)
    places = crop_places(split, photograph.shape, n, random)
    crops = np.stack([photograph[top : top + SIZE, left : left + SIZE] for top, left in places])
    centred = crops - crops.mean(axis=(1, 2), keepdims=True)
    spread = crops.std(axis=(1, 2), keepdims=True) + FLOOR
    return np.clip(CONTRAST * centred / spread, -1, 1).astype(np.float32)[..., np.newaxis]


def crop_places(split, shape, n, random):
    """Draws the first pixels `(n, 2)`, row and column, of crops that lie inside one split's bands."""
    lefts = random.choice(bands_of(split, shape[1]), n) + random.integers(0, BAND - SIZE + 1, n)
    return np.stack([random.integers(0, shape[0] - SIZE + 1, n), lefts], axis=1)


def bands_of(split, width):
    """Returns the left edges of one split's bands in a photograph of this width, in pixels."""
    edges = np.arange(width // BAND) * BAND
    kept = np.arange(len(edges)) % EVERY == EVERY - 1
    return edges[kept if split == "test" else ~kept]


def _grey(name):
    """A photograph as a float array `(height, width)` in [0, 1]."""
    if name not in _SOURCES:
        known = ", ".join(map(repr, TEXTURES))
        raise ValueError(f"Unknown texture; the known ones are {known}. Received: name={name!r}")
    from skimage import color, data

    source, part = _SOURCES[name]
    photograph = getattr(data, source)()[part] / 255.0
    return color.rgb2gray(photograph) if photograph.ndim == 3 else photograph
