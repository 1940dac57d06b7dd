"""What one channel looks for: layer and channel under the reader's hand."""

from course_utils import plotting
from course_utils.features import exciting_patches, feature_maps
from course_utils.widgets.explorer import Explorer, choice, whole

PATCHES = 9


def explorer(model, images, maximised):
    """`Explorer` of a layer and a channel: the image made to excite it, a feature map, and real patches.

    Args:
        model: built `keras.Model`, one chain of convolutions and poolings up to the layers.
        images: `(n, height, width, channels)` in [-1, 1], at least 9, to find patches in; a slider chooses the one
            whose feature map is shown. Three hundred small ones answer at once.
        maximised: dict from a layer's name to images `(channels, height, width, channels)` in [-1, 1], one for each
            channel, such as `maximise(...).images`: they take too long to be made under the hand.

    Raises:
        ValueError: for no layer, or fewer than 9 images.
    """
    if not maximised or len(images) < PATCHES:
        raise ValueError(
            f"There must be a layer at least, and {PATCHES} images. "
            f"Received: {len(maximised)} layers, {len(images)} images."
        )
    # A slider has one end for all layers; those with fewer channels begin again from the first.
    last = max(map(len, maximised.values())) - 1
    return Explorer(
        lambda layer, channel, image: _draw(model, images, maximised, layer, channel, image),
        layer=choice("layer", list(maximised)),
        channel=whole("channel", 0, 0, last),
        image=whole("image", 0, 0, len(images) - 1),
    )


def figure(model, images, maximised, layer, channel=0, image=0):
    """The explorer's picture as a matplotlib figure."""
    return _draw(model, images, maximised, layer, channel, image)[0]


def _draw(model, images, maximised, layer, channel, image):
    made = maximised[layer]
    channel %= len(made)
    activations = feature_maps(model, images[image : image + 1], layer)[layer][0, ..., channel]
    patches = exciting_patches(model, images, layer, channel, PATCHES)
    height, width = patches.images.shape[1:3]
    text = (
        f"Channel {channel} of the {len(made)} of {layer}. It sees {height}×{width} pixels at a time. On the image it "
        f"gives {activations.min():.2f} to {activations.max():.2f}; on its strongest patches {patches.values[0]:.2f} "
        f"down to {patches.values[-1]:.2f}."
    )
    return plotting.channel_portrait(made[channel], images[image], activations, patches.images), text
