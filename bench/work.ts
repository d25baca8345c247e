// The work that all engines do. The same sizes are in peers/work.py, the same networks in peers/keras_networks.py,
// peers/torch_networks.py and, where a plain form is short, peers/jax_side.py.

/** The recurrent networks, the GPT and the BERT read characters: 65 of them, 64 at a time, 64 texts in a batch. */
export const VOCABULARY = 65;
export const TIME = 64;
export const BATCH = 64;
export const WIDTH = 128;
export const HEADS = 4;
export const BLOCKS = 2;
/** What translates reads words of 16 characters, and writes as many. */
export const WORD = 16;
/** An epoch is of so many digits; of the first of them it is said what they show, 256 at a time as `predict` does. */
export const IMAGES = 16_000;
export const PREDICTED = 10_000;

/** The networks of which a training step is measured, as the table calls them. */
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

/** What is measured besides steps: how the table calls it, and its unit; `much` says that more of it is better. */
export const OTHERS = {
  "epoch:mlp": { title: "the MLP, an epoch of 16,000 digits, shuffled and in batches of 64", unit: "ms" },
  "predict:mlp": { title: "the MLP, predictions", unit: "images/s", much: PREDICTED },
  "predict:cnn": { title: "the article's CNN, predictions", unit: "images/s", much: PREDICTED },
  "first:gpt": { title: "GPT 2 × 128 writes: the first token", unit: "ms" },
  "write:gpt": { title: "GPT 2 × 128 writes up to its context of 64: the tokens after it", unit: "tokens/s", much: 1 },
  "memory:2": { title: "memory at its most: GPT of 2 blocks, 4 steps in a process of its own", unit: "MB" },
  "memory:8": { title: "memory at its most: GPT of 8 blocks, 4 steps in a process of its own", unit: "MB" },
} as const satisfies Record<string, { title: string; unit: string; much?: number }>;

export type Other = keyof typeof OTHERS;
export type Row = Network | Other;

export const ROWS = [...Object.keys(NETWORKS), ...Object.keys(OTHERS)] as Row[];

export const isNetwork = (row: Row): row is Network => row in NETWORKS;

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
