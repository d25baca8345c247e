// The bibliography of the course: what it names, who wrote it, what it brought, on what it builds, and where the course runs it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkArguments, STRING } from "../../arguments";
import { messageOf } from "../../error-message";
import { type BibtexEntry, parseBibtex } from "./bibtex";

/** A paper or a book. */
export interface Reference {
  /** The first author's surname and the year: `"vaswani2017"`. */
  readonly key: string;
  /** In a journal, at a conference, a book, or anything else. */
  readonly kind: "article" | "inproceedings" | "book" | "misc";
  /** `"Vaswani, Ashish"`, in their order; of long lists the first ones. */
  readonly authors: readonly string[];
  /** Whether there are more than `authors` names. */
  readonly others: boolean;
  /** As it stands on the work. */
  readonly title: string;
  /** Of the journal or the proceedings; the arXiv number may be older. */
  readonly year: number;
  /** The journal, the conference or the publisher; `"arXiv"` or `"report"` where it was none of them. */
  readonly venue: string;
  /** Where it is to be had: by DOI, by arXiv number, or at an address. */
  readonly link: string;
  /** Its DOI: `"10.1038/nature14539"`. */
  readonly doi?: string | undefined;
  /** The number on arXiv: `"1706.03762"`. */
  readonly arxiv?: string | undefined;
  /** What it brought, in a sentence. */
  readonly idea: string;
  /** The keys of those it builds on, among those of the course. */
  readonly buildsOn: readonly string[];
  /** The notebook that runs it, and the heading of the section there. */
  readonly runs: {
    /** The name of its file. */
    readonly notebook: string;
    /** The heading in it. */
    readonly section: string;
  };
}

/** Beside the sources: `lib/dist` holds what is compiled only. */
const FILE = join(__dirname, "../../../datasets/references/references.bib");
const KINDS = ["article", "inproceedings", "book", "misc"] as const;

/**
 * Loads the bibliography of the course, in the order of its keys: 61 papers and books with DOI, arXiv number or address, what
 * each brought, on which others it builds, and the section of the course that runs it.
 *
 * @param file a bibliography in BibTeX, with the fields `idea`, `buildson` and `runs`. Default: the course's own.
 * @throws Error when the file cannot be read, or an entry lacks something; it says which and what.
 *
 * @example
 * ```ts
 * const references = await loadReferences()
 * references.length // => 61
 * ```
 */
export async function loadReferences(file: string = FILE): Promise<Reference[]> {
  checkArguments("loadReferences", { file }, { file: STRING });
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Error(
      `The bibliography ${JSON.stringify(file)} cannot be read: ${messageOf(error)}. Give the path of a .bib file, or nothing for the course's own.`,
      { cause: error },
    );
  }
  return parseBibtex(text).map(referenceOf);
}

function referenceOf({ kind, key, fields }: BibtexEntry): Reference {
  const known = KINDS.find((each) => each === kind);
  if (known === undefined)
    throw new Error(`${key} is an @${kind}; expected is one of ${KINDS.map((each) => `@${each}`).join(", ")}.`);
  const need = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new Error(`${key} has no ${name}; add a line   ${name} = {…}, to it.`);
    return value;
  };
  const venueField = { article: "journal", inproceedings: "booktitle", book: "publisher", misc: undefined }[known];
  const [doi, arxiv] = [fields.get("doi"), fields.get("eprint")];
  const names = need("author").split(" and ");
  const [, notebook, section] = /^(\S+\.ipynb): (.+)$/.exec(need("runs")) ?? [];
  if (notebook === undefined || section === undefined)
    throw new Error(
      `${key} runs ${JSON.stringify(fields.get("runs"))}; expected is a notebook and a heading, "3.1-cnn.ipynb: 5 Pooling".`,
    );
  return {
    key,
    kind: known,
    authors: names.filter((name) => name !== "others"),
    others: names.includes("others"),
    title: need("title"),
    year: Number(need("year")),
    venue: venueField ? need(venueField) : arxiv ? "arXiv" : "report",
    link: arxiv ? `https://arxiv.org/abs/${arxiv}` : doi ? `https://doi.org/${doi}` : need("url"),
    doi,
    arxiv,
    idea: need("idea"),
    buildsOn: fields.get("buildson")?.split(", ") ?? [],
    runs: { notebook, section },
  };
}
