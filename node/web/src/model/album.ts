// Files that are shown together: those with one album, by one person, one behind the other. No DOM here.
import type { Message } from '../api/types';

/** More of them are no album: whoever sends a thousand with one name gets a thousand bubbles. */
export const ALBUM_MAX = 10;

const albumOf = (source: unknown): string | undefined => {
  const { content } = source as Partial<Message>;
  return content?.kind === 'file' ? content.album : undefined;
};

export function inOneAlbum(a: unknown, b: unknown): boolean {
  const album = albumOf(a);
  return album !== undefined && album === albumOf(b) && (a as Message).from === (b as Message).from;
}

/** Where the album of a place begins and how many it has; undefined if it stands alone. */
export function albumAt(sources: readonly unknown[], at: number): { readonly first: number; readonly length: number } | undefined {
  let [first, last] = [at, at];
  while (last - first <= ALBUM_MAX && first > 0 && inOneAlbum(sources[first - 1], sources[at])) first--;
  while (last - first <= ALBUM_MAX && last + 1 < sources.length && inOneAlbum(sources[last + 1], sources[at])) last++;
  const length = last - first + 1;
  return length < 2 || length > ALBUM_MAX ? undefined : { first, length };
}
