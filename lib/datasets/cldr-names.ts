// What Unicode's CLDR 48.2.0 calls characters and emoji, written by its contributors. The npm packages `cldr-annotations-full`
// (characters) and `cldr-annotations-derived-full` (what is put together of several: skin tones, flags) 48.2.0 carry it, 3.7 MB in the
// three languages here. Licence: Unicode License v3, copyright Unicode, Inc.
import { wordsOf } from "../text/words";
import { type PackageFile, packagedFolder, readChecked } from "./package-file";

const OF_ALL = { dataSet: "Names of characters", version: "48.2.0" };
const PLAIN = { ...OF_ALL, package: "cldr-annotations-full", kept: "cldr-annotations-full" };
const DERIVED = { ...OF_ALL, package: "cldr-annotations-derived-full", kept: "cldr-annotations-derived-full" };
/** The languages whose names set-up keeps. */
export type CldrLanguage = "en" | "de" | "fr";
/** Where the names of characters are, and those of what is put together of several. */
export type CldrFolders = readonly [plain: string, derived: string];
const file = (of: typeof PLAIN, language: CldrLanguage, bytes: number, sha256: string): PackageFile => ({
  ...of,
  path: `${language}.json`,
  bytes,
  sha256,
});
const FILES: Readonly<Record<CldrLanguage, readonly [plain: PackageFile, derived: PackageFile]>> = {
  en: [
    file(PLAIN, "en", 438_314, "f22083cb86dffb63a643d5bacb5d9899f82d2fa5d388ad4f3aed72184acef505"),
    file(DERIVED, "en", 782_906, "15c9457afa703a32dcc78d54626418a91e820fe0ddd67b7d491c4c4d9f5846ab"),
  ],
  de: [
    file(PLAIN, "de", 449_918, "bfd22f5226d874843a28b6efec01db7e47dfae4ed802eceab8b416550f09e3c2"),
    file(DERIVED, "de", 750_673, "486a878923ef6d8303fd9b8f4472486c60575cb64a811a7dbef451bf064c4496"),
  ],
  fr: [
    file(PLAIN, "fr", 468_933, "33da052f74782791989e6226d60871c846799e077a5a7fb4e87ecfa7ca385733"),
    file(DERIVED, "fr", 786_930, "012bb08af81a2ea0686e8fe069388f02dbd025d62b02d7423067c452b37e8855"),
  ],
};

/** The folders given, or else those in `.data`. */
export function cldrFolders(plain?: string, derived?: string): CldrFolders {
  return [plain ?? packagedFolder(PLAIN), derived ?? packagedFolder(DERIVED)];
}

/** What a file holds: for each character how it is called (for speech: `tts`), and words to look for it by. */
type Annotations = Readonly<Record<string, { readonly tts?: readonly string[] }>>;

/** How everything is called in a language, by its characters. */
export async function cldrNames(language: CldrLanguage, folders: CldrFolders): Promise<Map<string, string>> {
  const [plain, derived] = FILES[language];
  const characters: { annotations: { annotations: Annotations } } = await readJson(folders[0], plain);
  const combinations: { annotationsDerived: { annotations: Annotations } } = await readJson(folders[1], derived);
  const entries = [characters.annotations, combinations.annotationsDerived].flatMap(({ annotations }) =>
    Object.entries(annotations),
  );
  return new Map(entries.flatMap(([key, { tts = [] }]) => tts.slice(0, 1).map((name) => [key, cleaned(name)])));
}

async function readJson<Content>(folder: string, file: PackageFile): Promise<Content> {
  return JSON.parse((await readChecked(folder, file)).toString("utf8"));
}

/** Marks that stand beside a word become words of their own, so that "woman:" is not another one than "woman". */
function cleaned(name: string): string {
  return wordsOf(name.normalize("NFC").replace(/[:,()“”„!/]/g, " $& ")).join(" ");
}
