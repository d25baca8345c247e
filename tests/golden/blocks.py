"""The Transformer's blocks, made of Keras's layers in the order of the library's weights."""

from keras import layers


def attention(heads, width, **options):
    return layers.MultiHeadAttention(heads, width // heads, **options)


def normalization():
    return layers.LayerNormalization(epsilon=1e-5)


class Encoder:
    def __init__(self, width, heads, hidden, norm, activation, causal=False):
        self.attention = attention(heads, width)
        self.norms = [normalization(), normalization()]
        self.hidden = layers.Dense(hidden, activation=activation)
        self.output = layers.Dense(width)
        self.pre, self.causal = norm == "pre", causal
        self.parts = [self.attention, self.norms[0], self.hidden, self.output, self.norms[1]]

    def residual(self, norm, part, x):
        return x + part(norm(x)) if self.pre else norm(x + part(x))

    def __call__(self, x, mask=None):
        x = self.residual(
            self.norms[0],
            lambda y: self.attention(y, y, attention_mask=mask, use_causal_mask=self.causal),
            x,
        )
        return self.residual(self.norms[1], lambda y: self.output(self.hidden(y)), x)


class Decoder(Encoder):
    def __init__(self, width, heads, hidden, norm, activation):
        super().__init__(width, heads, hidden, norm, activation, causal=True)
        self.cross = attention(heads, width)
        self.norms.append(normalization())
        first, cross, last = self.norms
        self.parts = [self.attention, first, self.cross, cross, self.hidden, self.output, last]

    def __call__(self, x, memory, mask=None):
        first, cross, last = self.norms
        x = self.residual(first, lambda y: self.attention(y, y, use_causal_mask=True), x)
        x = self.residual(cross, lambda y: self.cross(y, memory, attention_mask=mask), x)
        return self.residual(last, lambda y: self.output(self.hidden(y)), x)
