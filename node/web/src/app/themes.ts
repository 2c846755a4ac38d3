// Reads a theme file of Telegram Desktop: a zip with `colors.tdesktop-theme`, or that text by itself.
import { FILE_MAX, fromTdesktop } from '../model/tdesktop';
import { THEME_NAME_MAX, type Theme } from '../model/theme';

const COLOURS = ['colors.tdesktop-theme', 'colors.tdesktop-palette'];
/** Bytes of a file; most of a real one is its background picture, which is not taken over. */
const ZIP_MAX = 8 * 1024 * 1024;

/** The theme of a file; undefined if it is none. Every bound holds before anything is unpacked. */
export async function importFile(file: File): Promise<Theme | undefined> {
  if (file.size > ZIP_MAX) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = bytes[0] === 0x50 && bytes[1] === 0x4b ? await unpack(bytes) : new TextDecoder().decode(bytes.subarray(0, FILE_MAX));
  const name = file.name.replace(/\.tdesktop-(theme|palette)$/, '').slice(0, THEME_NAME_MAX).trim() || 'Telegram';
  return text === undefined ? undefined : fromTdesktop(text, name);
}

async function unpack(bytes: Uint8Array): Promise<string | undefined> {
  const { unzipSync } = await import('fflate');
  const files = unzipSync(bytes, { filter: ({ name, originalSize }) => COLOURS.includes(name) && originalSize <= FILE_MAX });
  const found = Object.values(files)[0];
  return found && new TextDecoder().decode(found);
}
