"""The image networks of the bench in Keras: the tiny sizes of the library's builders."""

import keras
from keras import layers


def normalised(x, activation="relu", epsilon=1e-5):
    x = layers.BatchNormalization(momentum=0.9, epsilon=epsilon)(x)
    return layers.Activation(activation)(x) if activation else x


def convolution(x, filters, size=3, stride=1):
    """Zeros on each side, so that only the stride makes the maps smaller."""
    if stride > 1 and size > 1:
        x = layers.ZeroPadding2D((size - 1) // 2)(x)
        return layers.Conv2D(filters, size, strides=stride, use_bias=False)(x)
    return layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)


def depthwise(x, size, stride):
    if stride > 1:
        x = layers.ZeroPadding2D((size - 1) // 2)(x)
        return layers.DepthwiseConv2D(size, strides=stride, use_bias=False)(x)
    return layers.DepthwiseConv2D(size, padding="same", use_bias=False)(x)


def classified(image, x):
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


def resnet():
    image = keras.Input((28, 28, 1))
    x = normalised(convolution(image, 16))
    for stage in range(3):
        filters, stride = 16 * 2**stage, 2 if stage else 1
        maps = normalised(convolution(x, filters, 3, stride))
        maps = normalised(convolution(maps, filters), None)
        straight = normalised(convolution(x, filters, 1, stride), None) if stage else x
        x = layers.Activation("relu")(maps + straight)
    return classified(image, x)


def densenet():
    image = keras.Input((28, 28, 1))
    x = normalised(convolution(image, 16))
    for number, count in enumerate([2, 3, 3]):
        if number:
            x = convolution(normalised(x), x.shape[-1] // 2, 1)
            x = layers.AveragePooling2D(2)(x)
        for _ in range(count):
            few = normalised(convolution(normalised(x), 32, 1))
            x = layers.Concatenate()([x, convolution(few, 8)])
    return classified(image, normalised(x))


def efficientnet():
    image = keras.Input((28, 28, 1))
    after = lambda x: normalised(x, "relu6", 1e-3)  # noqa: E731
    x = after(convolution(image, 8))
    for stage, (filters, blocks, size) in enumerate([(8, 1, 3), (16, 2, 3), (24, 2, 5)]):
        for block in range(blocks):
            before, stride = x, 2 if stage and not block else 1
            maps = after(convolution(x, 6 * x.shape[-1], 1)) if stage else x
            maps = after(depthwise(maps, size, stride))
            maps = normalised(convolution(maps, filters, 1), None, 1e-3)
            x = maps + before if stride == 1 and before.shape[-1] == filters else maps
    return classified(image, after(convolution(x, 64, 1)))
