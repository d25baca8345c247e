// For typedoc: the reference by chapter. The chapters are the headings (`// # …`) of lib/index.ts, in their order, and each name
// belongs to the one that it is exported under.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Application, CommentTag, Converter } from "typedoc";
import { root } from "./places.mjs";

/**
 * The chapter of each name that a module exports, in the order of the file.
 *
 * @param {string} text the module, whose exports are all of the form `export { … } from`
 * @returns {[name: string, chapter: string][]} a pair for each export; `""` for what stands before the first heading
 */
export function chaptersOf(text) {
  let chapter = "";
  /** @type {[string, string][]} */
  const found = [];
  for (const [, heading, names] of text.matchAll(/^\/\/ # (.+)$|^export (?:type )?\{([^}]*)\}/gm)) {
    if (heading !== undefined) chapter = heading.trim();
    for (const name of names?.split(",") ?? []) {
      const exported = name.trim().split(/\s+/).at(-1);
      if (exported) found.push([exported, chapter]);
    }
  }
  return found;
}

/** @param {import("typedoc").Application} app */
export function load(app) {
  const chapters = chaptersOf(readFileSync(join(root, "lib", "index.ts"), "utf8"));
  const chapterOf = new Map(chapters);
  // The options are read once more after the plugins were loaded.
  app.on(Application.EVENT_BOOTSTRAP_END, () =>
    app.options.setValue("categoryOrder", [...new Set(chapterOf.values())]),
  );
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const reflection of context.project.children ?? []) {
      const comment = reflection.comment ?? reflection.signatures?.[0]?.comment;
      const chapter = chapterOf.get(reflection.name);
      if (chapter) comment?.blockTags.push(new CommentTag("@category", [{ kind: "text", text: chapter }]));
    }
  });
}
