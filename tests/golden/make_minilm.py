"""Makes the fixtures of MiniLM: what Hugging Face's transformers, tokenizers and safetensors say.

Apart from make.py, since it needs other packages (torch==2.13.0, transformers, tokenizers, safetensors, numpy) and what
`npm run models -- minilm` keeps in .data:

    python tests/golden/make_minilm.py
"""

import base64
import json
import platform
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy
import tokenizers
import torch
import transformers
from transformers import BertConfig, BertModel

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "fixtures"
DATA = ROOT / ".data" / "minilm"
VERSIONS = {
    "transformers": transformers.__version__,
    "tokenizers": tokenizers.__version__,
    "safetensors": safetensors.__version__,
    "torch": torch.__version__,
    "python": platform.python_version(),
}


def write(name, fixture):
    text = json.dumps({"madeBy": VERSIONS} | fixture, separators=(",", ":"), ensure_ascii=True)
    (HERE / f"{name}.json").write_text(text + "\n")


def wave(shape, number):
    """The values of tensor number `number`: a sine of the position, the same in every language."""
    count = int(np.prod(shape))
    return np.sin(1.7 * np.arange(count) + 0.9 * number + 0.5).reshape(shape).astype("float32")


def rounded(tensor, digits=7):
    return [float(f"{value:.{digits}g}") for value in np.asarray(tensor.detach(), "float64").flatten()]


def pooled(vectors, mask):
    """As sentence-transformers does: the mean over the tokens, brought to the length 1."""
    means = (vectors * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
    return torch.nn.functional.normalize(means, dim=1)


# A small BERT of the same kind, its weights by the formula, in the order of their names.
SMALL = {"vocab_size": 7, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12}
small = BertModel(BertConfig(**SMALL, max_position_embeddings=5, type_vocab_size=2), add_pooling_layer=False).eval()
state = {name: value for name, value in sorted(small.state_dict().items()) if value.dtype == torch.float32}
small.load_state_dict(
    {name: torch.tensor(0.3 * wave(value.shape, number)) for number, (name, value) in enumerate(state.items())}, strict=False
)
tokens = torch.tensor([[2, 5, 6, 1, 3], [2, 4, 3, 0, 0]])
segments = torch.tensor([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]])
mask = (tokens != 0).long()
with torch.no_grad():
    vectors = small(input_ids=tokens, attention_mask=mask, token_type_ids=segments).last_hidden_state
    unsegmented = small(input_ids=tokens, attention_mask=mask).last_hidden_state
write(
    "bert-transformers",
    {
        "weights": [[name, list(value.shape)] for name, value in state.items()],
        "tokens": tokens.tolist(),
        "segments": segments.tolist(),
        "vectors": rounded(vectors),
        "sentences": rounded(pooled(unsegmented, mask)),
    },
)

# A file as the library writes it: three tensors that are read, and one of whole numbers.
FILE = {
    "b": wave((2, 3), 1),
    "a.weight": wave((3,), 2),
    "counter": np.array([[7, 8]], "int64"),
    "one": np.array(0.5, "float32"),
}
write("safetensors", {"file": base64.b64encode(safetensors.numpy.save(FILE, {"format": "pt"})).decode()})

# Words of all kinds as the published tokenizer cuts them.
TEXTS = [
    "Call me Ishmael.",
    "The whales' unbelievable tokenization, un-hyphenated!",
    "Hello,   world\tand\nnew lines\r\n",
    "Crème brûlée, naïve façade, Ångström, ÉCLAIR",
    "I paid $5.99 (about €5.50) + 20% = ~£7 @ home_page #1 ^_^ `x` | <tag>",
    "東京は日本の首都です 中国",
    "한국어 서울",
    "नमस्ते दुनिया",
    "Привет, мир! ΟΔΟΣ Σίσυφος İstanbul STRASSE straße",
    "no\u00a0break, ideographic\u3000space, soft\u00adhyphen, zero\u200bwidth, joiner\u200d, bom\ufeff, \ufffd, nul\u0000, bell\u0007",
    "emoji \U0001f433 and \U0001f469\u200d\U0001f680 whales",
    "“quotes” — dash… ‘single’ ¿qué? 5½ x²  ﬁne １２３ Ｗｉｄｅ",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "a" * 100 + " " + "b" * 101,
    "##s un##able [UNK",
    "مرحبا שָׁלוֹם ไทย",
    "",
    " \n\t ",
]
TOKENIZER = tokenizers.Tokenizer.from_file(str(DATA / "tokenizer.json"))
TOKENIZER.no_padding()
TOKENIZER.no_truncation()
encoded = TOKENIZER.encode_batch(TEXTS, add_special_tokens=False)
PAIR = ("How old are you?", "What is your age?")
pair = TOKENIZER.encode(*PAIR)
write(
    "word-pieces",
    {
        "texts": [{"text": text, "pieces": found.tokens, "tokens": found.ids} for text, found in zip(TEXTS, encoded)],
        "pair": {"texts": PAIR, "pieces": pair.tokens, "tokens": pair.ids, "segments": pair.type_ids},
    },
)

# The published weights.
SENTENCES = [
    "A man is eating food.",
    "Someone has a meal.",
    "A cheetah is running behind its prey.",
    "How old are you?",
    "What is your age?",
    "Call me Ishmael. Some years ago—never mind how long precisely—having little or no money in my purse, and nothing particular to "
    "interest me on shore, I thought I would sail about a little and see the watery part of the world.",
]
real = BertModel.from_pretrained(DATA).eval()
TOKENIZER.enable_padding()
batch = TOKENIZER.encode_batch(SENTENCES)
ids = torch.tensor([sentence.ids for sentence in batch])
mask = torch.tensor([sentence.attention_mask for sentence in batch])
with torch.no_grad():
    vectors = real(input_ids=ids, attention_mask=mask).last_hidden_state
    sentences = pooled(vectors, mask)
write(
    "minilm",
    {
        "parameters": sum(value.numel() for value in real.parameters()),
        "pooler": sum(value.numel() for value in real.pooler.parameters()),
        "sentences": SENTENCES,
        "tokens": [[token for token, kept in zip(row.ids, row.attention_mask) if kept] for row in batch],
        "first": rounded(vectors[0, 1, :8]),
        "embeddings": [rounded(row[:24], 6) for row in sentences],
        "similarities": [rounded(row, 6) for row in sentences @ sentences.T],
    },
)
