// BibTeX as far as the course's own bibliography needs it: one field a line, its value in braces, letters as they are (UTF-8).
// What goes beyond is an error with its line. Parsers of all of BibTeX bring a TeX reader along, which nothing here needs.

/** An entry: `@article{key, …}`. */
export interface BibtexEntry {
  readonly kind: string;
  readonly key: string;
  readonly fields: ReadonlyMap<string, string>;
}

const HEAD = /^@([a-z]+)\{([a-z]+\d{4}[a-z]?),$/;
const FIELD = /^ {2}([a-z]+) = \{(.+)\},$/;

/**
 * The entries of a bibliography, in its order.
 *
 * @throws SyntaxError with the number of the line that is not of this form, or repeats a key or a field.
 */
export function parseBibtex(text: string): BibtexEntry[] {
  const entries: BibtexEntry[] = [];
  let open: { kind: string; key: string; fields: Map<string, string> } | undefined;
  const lines = text.split("\n");
  for (const [i, line] of lines.entries()) {
    const wrong = (expected: string): never => {
      throw new SyntaxError(
        `line ${i + 1} of the bibliography is ${JSON.stringify(line)}; ${expected} is expected there.`,
      );
    };
    if (open === undefined) {
      if (line === "") continue;
      const [, kind, key] = HEAD.exec(line) ?? wrong("the head of an entry, such as @article{vaswani2017,");
      if (kind === undefined || key === undefined) return wrong("the head of an entry");
      if (entries.some((entry) => entry.key === key)) wrong(`another key than ${key}, which stands above,`);
      open = { kind, key, fields: new Map() };
    } else if (line === "}") {
      entries.push(open);
      open = undefined;
    } else {
      const [, name, value] =
        FIELD.exec(line) ?? wrong("a field, such as   year = {2017}, or the brace } that ends the entry");
      if (name === undefined || value === undefined) return wrong("a field");
      if (/[{}\\]/.test(value)) wrong("a value without braces and backslashes");
      if (open.fields.has(name)) wrong(`another field than ${name}, which ${open.key} has already,`);
      open.fields.set(name, value);
    }
  }
  if (open) throw new SyntaxError(`the bibliography ends within ${open.key}; a brace } is expected after its fields.`);
  return entries;
}
