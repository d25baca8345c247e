// Options that several builders share.

/** What every builder can be asked for. */
export interface BuilderOptions {
  /** Adam's step size. Default 0.001. */
  learningRate?: number;
  /** The same seed gives the same initial weights. Default 1. */
  seed?: number;
}

/** What every builder of a classifier of images can be asked for. */
export interface ImageClassifierOptions extends BuilderOptions {
  /** Height, width and channels of an image. Default `[28, 28, 1]`, an MNIST digit. */
  inputShape?: [height: number, width: number, channels: number];
  /** Height and width of a filter. Default 3. */
  kernelSize?: number;
  /** The number of classes told apart. Default 10. */
  classes?: number;
}

/** What every builder of a Transformer can be asked for. */
export interface TransformerSizes extends BuilderOptions {
  /** Values in a token's vector, a multiple of `heads`. Default 128. */
  width?: number;
  /** Attentions side by side in a block. Default 4. */
  heads?: number;
  /** Blocks one after another (of an encoder and a decoder: as many of each). Default 4; 3 with both. */
  blocks?: number;
  /** Units of a block's feed-forward layer. Default four times the width. */
  feedForward?: number;
  /** Share dropped in training, of the embeddings, of each part's output and of the attention weights. Default 0. */
  dropout?: number;
}
