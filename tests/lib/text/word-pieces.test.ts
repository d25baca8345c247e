// WordPiece against Hugging Face's tokenizers with the published vocabulary (golden/make_minilm.py). The vocabulary here has only the pieces
// that came of these texts: the longest that fits is the same in both.
import { strict as assert } from "node:assert";
import { WordPieceTokenizer } from "cellwise";
import { readFixture } from "../../golden/golden";

const { texts, pair } = readFixture<{
  readonly texts: readonly { readonly text: string; readonly pieces: readonly string[] }[];
  readonly pair: { readonly texts: [string, string]; readonly pieces: readonly string[]; readonly segments: number[] };
}>("word-pieces");
const SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const pieces = new Set([...SPECIALS, ...texts.flatMap((one) => one.pieces), ...pair.pieces]);

describe("WordPieceTokenizer", () => {
  const tokenizer = new WordPieceTokenizer([...pieces]);
  const cut = (text: string): string[] => Array.from(tokenizer.encode(text), (id) => tokenizer.token(id));

  for (const { text, pieces: expected } of texts)
    it(`cuts ${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)} as Hugging Face's does`, () =>
      assert.deepEqual(cut(text), expected));

  it("frames one text or two, and says which token belongs to which", () => {
    const { tokens, segments } = tokenizer.frame(...pair.texts);
    assert.deepEqual(
      Array.from(tokens, (id) => tokenizer.token(id)),
      pair.pieces,
    );
    assert.deepEqual([...segments], pair.segments);
    const alone = tokenizer.frame("how");
    assert.deepEqual([...alone.tokens], [2, ...tokenizer.encode("how"), 3]);
    assert.deepEqual([...alone.segments], [0, 0, 0]);
    assert.deepEqual([...tokenizer.frame("").tokens], [2, 3]);
    assert.deepEqual([...tokenizer.frame("how", "").segments], [0, 0, 0, 1]);
  });

  it("takes the longest piece first, and knows no word that it cannot put together whole (the paper's code, its example)", () => {
    const small = new WordPieceTokenizer(["[UNK]", "un", "##aff", "##able", "##a", "unaf"]);
    const cutBy = (text: string) => Array.from(small.encode(text), (id) => small.token(id));
    assert.deepEqual(cutBy("unaffable"), ["[UNK]"]); // "unaf" is longer than "un", and no piece begins with "fa"
    const without = new WordPieceTokenizer(["[UNK]", "un", "##aff", "##able", "##a"]);
    assert.deepEqual([...without.encode("unaffable unaffableX un")], [1, 2, 3, 0, 1]);
  });

  it("keeps capitals and accents where it is told to", () => {
    const cased = new WordPieceTokenizer(["[UNK]", "É", "e"], { lowerCase: false });
    assert.deepEqual([...cased.encode("É e é")], [1, 2, 0]);
    assert.deepEqual([...new WordPieceTokenizer(["[UNK]", "É", "e"]).encode("É e é")], [2, 2, 2]);
  });

  it("gives words back without what was taken off, and no special token", () => {
    const { tokens } = tokenizer.frame("The whales' unbelievable tokenization");
    assert.equal(tokenizer.decode(tokens), "the whales ' unbelievable tokenization");
    assert.equal(tokenizer.decode([]), "");
    assert.equal(tokenizer.size, pieces.size);
    assert.equal(tokenizer.special("[MASK]"), 4);
    assert.ok(
      !cut("[MASK] [CLS]").some((piece) => ["[MASK]", "[CLS]"].includes(piece)),
      "a text holds no special token",
    );
  });

  it("says what a vocabulary lacks", () => {
    assert.throws(() => new WordPieceTokenizer(["a"]), /the vocabulary is the list \["a"\], without \[UNK\].*Give one/);
    assert.throws(() => new WordPieceTokenizer(["[UNK]", "a", "a"]), /of 3 pieces only 2 are different/);
    const bare = new WordPieceTokenizer(["[UNK]", "a"]);
    assert.throws(() => bare.frame("a"), /no special token "\[CLS\]".*has \[UNK\]/);
    assert.throws(() => bare.special("a"), /no special token "a";/);
    assert.throws(() => bare.token(2), /2 tokens, numbered from 0 to 1; 2 was given/);
  });
});
