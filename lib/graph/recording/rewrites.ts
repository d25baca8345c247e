// Faster forms of what a function does, which stand in for it while it is recorded. This folder knows tfjs's kernels and
// gradients; who knows more (a layer's formula) adds its forms here.
import type { Replacements } from "../../tfjs/replacements";

type Form = (replacements: Replacements) => void;

const forms = new Set<Form>();

/** Has a set of replacements made whenever a function is recorded; what is replaced must compute the same. */
export function addForm(form: Form): void {
  forms.add(form);
}

/** Makes all replacements. */
export function replaceByForms(replacements: Replacements): void {
  for (const form of forms) form(replacements);
}
