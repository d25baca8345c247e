// The work that all engines do: the same networks and shapes in bench/keras_side.py and bench/torch_side.py.

/** The recurrent networks and the GPT read characters: 65 of them, 64 at a time, 64 texts in a batch. */
export const VOCABULARY = 65;
export const TIME = 64;
export const BATCH = 64;
export const WIDTH = 128;
export const HEADS = 4;
export const BLOCKS = 2;

/** The networks, as the table calls them. */
export const NETWORKS = {
  cnn: "the article's CNN (MNIST, batch 64)",
  rnn: "SimpleRNN, 128 units, 64 steps",
  lstm: "LSTM, 128 units, 64 steps",
  gru: "GRU, 128 units, 64 steps",
  gpt: "GPT, 2 layers, width 128, 64 tokens",
} as const;

export type Network = keyof typeof NETWORKS;

/** What is compared, as the table calls it. */
export const ENGINES = {
  compiled: "Cellwise",
  eager: "tfjs eager",
  keras: "Keras",
  "keras-nojit": "Keras without XLA",
  torch: "PyTorch",
} as const;

export type Engine = keyof typeof ENGINES;
