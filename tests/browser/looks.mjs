// What a page looks like, as few numbers: a picture of it in coarse cells of brightness, kept in looks/*.txt.
//
// Letters differ from machine to machine, layouts and colours must not: cells forgive the first and show the second.
// CHAPPE_UPDATE_LOOKS=1 writes what is seen now; look at the pictures that the run leaves before you commit them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';

const [COLUMNS, LINES] = [44, 30];
/** Steps of brightness (of 255) that a cell may differ, how many cells may differ by more, and what all may on average. */
const CELL = 24;
const SHARE = 0.015;
const MEAN = 4;

/** What changes from run to run and says nothing about the looks: times, colours by random ids, counters. */
const MASKED = ['time', '.avatar', '.speaker', '.badge', '.day', '.chat-row', '.status-line', '.meta'];

/** The brightness of each cell of what `person` sees now, or of a part of it. */
async function cells(person, part) {
  const { page } = person;
  await page.waitForTimeout(300); // transitions end; nothing is decided by this
  const options = { animations: 'disabled', caret: 'hide', mask: MASKED.map((one) => page.locator(one)), maskColor: '#808080' };
  const png = await (part ? page.locator(part).screenshot(options) : page.screenshot(options));
  return page.evaluate(
    async ([data, columns, lines]) => {
      const picture = new Image();
      picture.src = `data:image/png;base64,${data}`;
      await picture.decode();
      const canvas = new OffscreenCanvas(columns, lines);
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(picture, 0, 0, columns, lines);
      const pixels = context.getImageData(0, 0, columns, lines).data;
      return Array.from({ length: columns * lines }, (_, n) => Math.round(0.299 * pixels[4 * n] + 0.587 * pixels[4 * n + 1] + 0.114 * pixels[4 * n + 2]));
    },
    [png.toString('base64'), COLUMNS, LINES],
  );
}

const fileOf = (name) => new URL(`./looks/${name}.txt`, import.meta.url);

const written = (all) =>
  `${Array.from({ length: LINES }, (_, line) => all.slice(line * COLUMNS, (line + 1) * COLUMNS).map((value) => value.toString(16).padStart(2, '0')).join('')).join('\n')}\n`;

const read = (text) => text.trim().split('\n').flatMap((line) => line.match(/../g).map((two) => Number.parseInt(two, 16)));

/** Why two differ; undefined if they look alike. */
export function difference(seen, known) {
  if (seen.length !== known.length) return 'another number of cells';
  const apart = seen.map((value, n) => Math.abs(value - known[n]));
  const mean = apart.reduce((a, b) => a + b, 0) / apart.length;
  const share = apart.filter((value) => value > CELL).length / apart.length;
  if (mean > MEAN || share > SHARE) return `${(100 * share).toFixed(1)} % of the cells differ, by ${mean.toFixed(1)} on average`;
  return undefined;
}

/** Throws unless what is seen looks as it did. */
export async function looksLike(person, name, part) {
  const seen = await cells(person, part);
  await person.shot(`looks-${name}`);
  if (process.env.CHAPPE_UPDATE_LOOKS) {
    await mkdir(fileOf('x').pathname.replace(/x\.txt$/, ''), { recursive: true });
    await writeFile(fileOf(name), written(seen));
    return;
  }
  const known = await readFile(fileOf(name), 'utf8').catch(() => undefined);
  if (known === undefined) throw new Error(`nobody knows yet what ${name} looks like: look at its picture, then CHAPPE_UPDATE_LOOKS=1`);
  const why = difference(seen, read(known));
  if (why) throw new Error(`${name} looks different: ${why}. If that was wanted: CHAPPE_UPDATE_LOOKS=1, and commit looks/`);
}

/** True if what is seen now does not look as it is known. */
export async function looksDifferent(person, name, part) {
  return difference(await cells(person, part), read(await readFile(fileOf(name), 'utf8'))) !== undefined;
}
