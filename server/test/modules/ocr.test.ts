import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { recognizeWithLibrary } from '../../src/convert/ocr/with-library.js';
import { findTesseract, recognizeWithProgram } from '../../src/convert/ocr/with-program.js';
import { wordsOf } from '../../src/convert/ocr/tesseract.js';
import { encodePng, pixelBomb } from '../convert/draw-png.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { runModule, temporaryDirectory } from './run-module.js';

const image = (name: string): string => fileURLToPath(new URL(`images/${name}`, import.meta.url));
const signal = new AbortController().signal;
const english = 'The mill by the river\nopens at 7:30 on Monday.\n\nBread, $4.50';
const spanish = 'El molino del señor Núñez\nabre mañana a las siete.\n¿Quién trae el jamón?';

const routes = [
  ['tesseract.js', true, recognizeWithLibrary],
  [
    'the program tesseract, where it is installed',
    (await findTesseract('eng')) !== undefined && (await findTesseract('spa')) !== undefined,
    async (path: string, language: 'eng' | 'spa', abort: AbortSignal) =>
      recognizeWithProgram((await findTesseract(language)) ?? '', path, language, await temporaryDirectory(), abort),
  ],
] as const;

describe.for(routes)('%s', ([, isInstalled, recognize]) => {
  it.runIf(isInstalled)('reads English, and says where each word stands', async () => {
    const { text, tsv } = await recognize(image('mill-en.png'), 'eng', signal);
    expect(text.trimEnd()).toBe(english);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toContain('\f');
    const words = wordsOf(tsv);
    expect(words.map((word) => word.text)).toEqual(english.split(/\s+/));
    for (const { left, top, width, height, conf } of words) {
      for (const value of [left, top, width, height]) expect(Number.isInteger(value)).toBe(true);
      expect(conf).toBeGreaterThan(50);
      expect(conf).toBeLessThanOrEqual(100);
    }
    // drawn at 40, 24
    expect(Math.abs((words[0]?.left ?? 0) - 40)).toBeLessThan(4);
    expect((words[0]?.top ?? 0) < (words[5]?.top ?? 0)).toBe(true);
  });

  it.runIf(isInstalled)('reads Spanish', async () => {
    expect((await recognize(image('mill-es.png'), 'spa', signal)).text.trimEnd()).toBe(spanish);
  });

  it.runIf(isInstalled)('reads a JPEG', async () => {
    expect((await recognize(image('mill-en.jpg'), 'eng', signal)).text.trimEnd()).toBe(english);
  });

  it.runIf(isInstalled)('finds nothing on an empty page', async () => {
    const { text, tsv } = await recognize(await onDisk(encodePng(200, 100, Buffer.alloc(20_000, 255))), 'eng', signal);
    expect(text.trim()).toBe('');
    expect(wordsOf(tsv)).toEqual([]);
  });

  it.runIf(isInstalled)('says so when an image cannot be read, and reads the next one', async () => {
    const damaged = (await readFile(image('mill-en.png'))).subarray(0, 60);
    await expect(recognize(await onDisk(damaged), 'eng', signal)).rejects.toThrow();
    expect((await recognize(image('mill-en.png'), 'eng', signal)).text.trimEnd()).toBe(english);
  });

  it.runIf(isInstalled)('stops when it is told to, and reads the next one', async () => {
    const abort = new AbortController();
    const reading = recognize(image('mill-en.png'), 'eng', abort.signal);
    abort.abort(new Error('enough'));
    await expect(reading).rejects.toThrow();
    expect((await recognize(image('mill-en.png'), 'eng', signal)).text.trimEnd()).toBe(english);
  });
});

describe('the module ocr', () => {
  it('puts out one item, with floats as Python spells them', async () => {
    const { text, output } = await runModule('ocr', await readFile(image('mill-en.png')));
    const items = JSON.parse(text) as { text: string; detections: Record<string, unknown>[] }[];
    expect(items).toHaveLength(1);
    expect(Object.keys(items[0] ?? {})).toEqual(['text', 'detections']);
    expect(Object.keys(items[0]?.detections[0] ?? {})).toEqual(['left', 'top', 'width', 'height', 'text', 'conf']);
    expect(text).toMatch(/"conf": \d+\.\d{1,2}\}/);
    expect(text).not.toMatch(/"conf": \d+\}/);
    expect(output.facts).toEqual({ num_lines: 1 });
  });

  it('takes its language from the model', async () => {
    const { text } = await runModule('ocr', await readFile(image('mill-es.png')), { model: 'tesseract-es' });
    expect((JSON.parse(text) as [{ text: string }])[0].text.trimEnd()).toBe(spanish);
  });

  it.for<[string, Uint8Array, string]>([
    [
      'a damaged image',
      encodePng(300, 200, new Uint8Array(600)).subarray(0, 50),
      'The image could not be read (the PNG',
    ],
    ['too many pixels', pixelBomb(20_000, 20_000), 'Expected the image to have at most 25 megapixels, got 400.'],
    ['a text', Buffer.from('/etc/passwd\n'), 'Expected the file to be a PNG or JPEG image'],
  ])('refuses %s', async ([, content, message]) => {
    const refused = runModule('ocr', content);
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(message);
  });
});

const recorded = goldCases.filter((gold) => gold.module_chain?.[0] === 'ocr' && gold.module_chain.length === 1);

describe.runIf(hasGold)('recorded outputs of the hosted service', () => {
  it.for(recorded)('$id: nearly the same words at the same places', async (gold) => {
    const { text } = await runModule('ocr', readGold(gold.input ?? ''), gold.modules?.['ocr']);
    type Item = { text: string; detections: { text: string; left: number; top: number }[] };
    const [ours] = JSON.parse(text) as [Item];
    const [theirs] = JSON.parse(readGold(gold.expected ?? '').toString()) as [Item];
    const same = theirs.detections.filter((word, i) => {
      const own = ours.detections[i];
      return own?.text === word.text && Math.abs(own.left - word.left) <= 2 && Math.abs(own.top - word.top) <= 2;
    });
    expect(ours.detections).toHaveLength(theirs.detections.length);
    expect(same.length / theirs.detections.length).toBeGreaterThanOrEqual(0.95);
  });
});

async function onDisk(content: Uint8Array): Promise<string> {
  const path = `${await temporaryDirectory()}/image`;
  await writeFile(path, content);
  return path;
}
