// The form in which a notebook is committed: no outputs, no execution counts, the course's kernel, short code cells,
// and one way of writing the JSON (the one JupyterLab itself writes: sorted keys, one space, a newline at the end),
// so that a change of one line is a diff of one line. Format: nbformat 4.5, https://nbformat.readthedocs.io.

export const codeLinesLimit = 25;

const kernelspec = { display_name: "TypeScript (tslab)", language: "typescript", name: "tslab" };
const languageInfo = { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" };

/**
 * @typedef {Record<string, unknown>} JsonObject
 * @typedef {{ cell_type: string, id?: unknown, metadata: JsonObject, source: string | string[],
 *   outputs?: unknown[], execution_count?: unknown }} Cell
 * @typedef {{ cells: Cell[], metadata: JsonObject, nbformat: number, nbformat_minor: number }} Notebook
 */

/**
 * The same notebook as it may be committed: without outputs, execution counts and whatever Jupyter noted about the
 * last run, and written in the stable form.
 * @param {string} text the notebook file, as JupyterLab or an editor saved it
 * @returns {string} the text to write back
 * @throws {Error} if the text is no notebook of format 4
 */
export function clean(text) {
  const notebook = parse(text);
  const cells = notebook.cells.map((cell) => {
    const cleaned = { ...cell, metadata: authorsMetadata(cell.metadata), source: lines(cell.source) };
    return cell.cell_type === "code" ? { ...cleaned, outputs: [], execution_count: null } : cleaned;
  });
  const metadata = { kernelspec, language_info: languageInfo };
  return stableJson({ ...notebook, cells, metadata });
}

/**
 * What keeps a notebook from being committed, each with the cell and what to do. An empty list is a clean notebook.
 * @param {string} text the notebook file
 * @returns {string[]}
 */
export function faults(text) {
  /** @type {Notebook} */
  let notebook;
  try {
    notebook = parse(text);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const found = [...fileFaults(notebook), ...notebook.cells.flatMap(cellFaults), ...idFaults(notebook.cells)];
  if (found.length === 0 && text !== clean(text)) {
    found.push("is not in the stable form (JSON with sorted keys, 1 space, no notes of the last run): clean it");
  }
  return found;
}

/**
 * @param {Notebook} notebook
 * @returns {string[]}
 */
function fileFaults(notebook) {
  const found = [];
  if (notebook.nbformat_minor !== 5) found.push(`is of nbformat 4.${notebook.nbformat_minor}; expected 4.5`);
  const name = /** @type {JsonObject | undefined} */ (notebook.metadata.kernelspec)?.name;
  if (name !== kernelspec.name) found.push(`names the kernel ${JSON.stringify(name)}; expected "${kernelspec.name}"`);
  return found;
}

/**
 * @param {Cell} cell
 * @param {number} index
 * @returns {string[]}
 */
function cellFaults(cell, index) {
  const found = [];
  const where = `cell ${index + 1} (${cell.cell_type}, id ${JSON.stringify(cell.id)})`;
  if (typeof cell.id !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(cell.id)) {
    found.push(`${where} has no valid id; expected 1 to 64 of a-z A-Z 0-9 - _`);
  }
  if (cell.cell_type !== "code") return found;
  const outputs = cell.outputs?.length ?? 0;
  if (outputs > 0) found.push(`${where} carries ${outputs} output(s); expected none: clean it`);
  if (cell.execution_count !== null) {
    found.push(`${where} carries execution count ${cell.execution_count}; expected null: clean it`);
  }
  const length = lines(cell.source).length;
  if (length > codeLinesLimit) {
    found.push(`${where} is ${length} lines long; expected at most ${codeLinesLimit}: split it or move code to lib`);
  }
  return found;
}

/**
 * @param {Cell[]} cells
 * @returns {string[]}
 */
function idFaults(cells) {
  const ids = cells.map((cell) => cell.id);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...twice].map((id) => `has the cell id ${JSON.stringify(id)} more than once; ids must be unique`);
}

/**
 * What an author sets by hand stays (tags, a locked or folded cell); what Jupyter notes about a run goes.
 * @param {JsonObject} metadata
 * @returns {JsonObject}
 */
function authorsMetadata(metadata) {
  /** @type {JsonObject} */
  const kept = {};
  for (const name of ["tags", "editable", "deletable"]) {
    if (name in metadata) kept[name] = metadata[name];
  }
  const jupyter = /** @type {JsonObject | undefined} */ (metadata.jupyter);
  if (jupyter?.source_hidden === true) kept.jupyter = { source_hidden: true };
  return kept;
}

/**
 * @param {string} text
 * @returns {Notebook}
 */
function parse(text) {
  /** @type {Notebook} */
  let notebook;
  try {
    notebook = JSON.parse(text);
  } catch (error) {
    throw new Error(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells) || typeof notebook.metadata !== "object") {
    throw new Error(`is no notebook of nbformat 4 (nbformat: ${JSON.stringify(notebook?.nbformat)})`);
  }
  return notebook;
}

/**
 * A cell's source as nbformat writes it: a list of lines, each but the last with its newline.
 * @param {string | string[]} source
 * @returns {string[]}
 */
function lines(source) {
  const text = Array.isArray(source) ? source.join("") : source;
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function stableJson(value) {
  return `${JSON.stringify(sorted(value), null, 1)}\n`;
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
