// What is known of an export before the node reads it, and how files of it are called. No DOM here.

/** What the machine-readable export is called. */
const JSON_NAME = 'result.json';

/** Bytes of a path in a file's source: as `chappe import` has it, so that nothing comes twice by the two ways. */
const PATH_MAX = 900;

interface Found<T> {
  readonly json: T;
  /** All files by their path below the folder in which `result.json` is. */
  readonly files: ReadonlyMap<string, T>;
}

/** Finds the export in a folder that was chosen: perhaps it is a folder in it. */
export function exportIn<T>(all: readonly { readonly path: string; readonly file: T }[]): Found<T> | undefined {
  const depth = (path: string) => path.split('/').length;
  const found = all.filter(({ path }) => path === JSON_NAME || path.endsWith(`/${JSON_NAME}`)).sort((a, b) => depth(a.path) - depth(b.path))[0];
  if (!found) return undefined;
  const root = found.path.slice(0, -JSON_NAME.length);
  const below = all.filter(({ path }) => path.startsWith(root)).map(({ path, file }) => [path.slice(root.length), file] as const);
  return { json: found.file, files: new Map(below) };
}

/** The longest beginning of so many bytes in UTF-8, without space behind. */
function cut(text: string, most: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= most) return text.trimEnd();
  let end = most;
  // Not within a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end)).trimEnd();
}

/** Where a file comes from: under this it is not taken twice. */
export const sourceOf = (number: number, size: number, path: string): string => `${number} ${size} ${cut(path, PATH_MAX)}`;
