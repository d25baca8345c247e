// The work that all engines do: the same networks and shapes in bench/keras_side.py and bench/torch_side.py, and, for images, in
// keras_images.py and torch_images.py beside them.

/** The recurrent networks, the GPT and the BERT read characters: 65 of them, 64 at a time, 64 texts in a batch. */
export const VOCABULARY = 65;
export const TIME = 64;
export const BATCH = 64;
export const WIDTH = 128;
export const HEADS = 4;
export const BLOCKS = 2;
/** What translates reads words of 16 characters, and writes as many. */
export const WORD = 16;

/** The networks, as the table calls them. */
export const NETWORKS = {
  mlp: "MLP, 784–256–128–10",
  cnn: "the article's CNN (MNIST, batch 64)",
  blocks: "CNN of blocks, 32 and 64 filters, batch normalisation",
  resnet: "ResNet, 3 blocks, 16 to 64 filters",
  densenet: "DenseNet, 3 blocks of 8 layers in all, growth 8",
  efficientnet: "EfficientNet's blocks, depthwise, 5 of 8 to 24 maps",
  rnn: "SimpleRNN, 128 units, 64 steps",
  lstm: "LSTM, 128 units, 64 steps",
  gru: "GRU, 128 units, 64 steps",
  classifier: "LSTM that classifies padded texts, 64 steps",
  forecaster: "LSTM that forecasts a series, 64 steps",
  seq2seq: "two LSTMs with attention, 128 units, 16 steps each",
  transformer: "Transformer, 2 + 2 layers, width 128, 16 tokens each",
  gpt: "GPT, 2 layers, width 128, 64 tokens",
  bert: "BERT, 2 layers, width 128, 64 tokens",
  bertClassifier: "BERT that classifies padded texts, as large",
} as const;

export type Network = keyof typeof NETWORKS;

/** What a network is trained on (bench/batches.ts). */
export const BATCH_OF: Record<Network, "digits" | "text" | "padded" | "series" | "pairs"> = {
  mlp: "digits",
  cnn: "digits",
  blocks: "digits",
  resnet: "digits",
  densenet: "digits",
  efficientnet: "digits",
  rnn: "text",
  lstm: "text",
  gru: "text",
  classifier: "padded",
  forecaster: "series",
  seq2seq: "pairs",
  transformer: "pairs",
  gpt: "text",
  bert: "text",
  bertClassifier: "padded",
};

/** What is compared, as the table calls it. */
export const ENGINES = {
  compiled: "Cellwise",
  eager: "tfjs eager",
  keras: "Keras",
  "keras-nojit": "Keras without XLA",
  torch: "PyTorch",
} as const;

export type Engine = keyof typeof ENGINES;
