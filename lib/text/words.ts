// What a word is where texts are compared word by word.

/** The words of a text: what white space stands between. Small and capital letters and punctuation stay as they are. */
export const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
