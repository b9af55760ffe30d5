import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText } from '../../src/convert/read-text.js';
import { ModuleError } from '../../src/module-contract/module.js';
import { temporaryDirectory } from '../modules/run-module.js';
import { encodeText } from './make/encode-text.js';

async function read(content: Uint8Array | string, maxBytes = 2 ** 24): Promise<string> {
  const path = join(await temporaryDirectory(), 'a.txt');
  await writeFile(path, content);
  return readText({ path }, { maxBytes, warn: () => undefined });
}

const spanish =
  'El jardín de doña Inés tenía un sillón rojo. ¿Quién lo dejó allí? Nadie lo sabía, ni el niño ni la abuela; pero todas las mañanas, muy temprano, alguien se había sentado en él.\n';
const russian =
  'Утром старый рыбак вышел на берег и долго смотрел на воду. Лодка была на месте, но вёсла исчезли. Он сел на камень и стал ждать.\n';
const japanese =
  '朝早く、漁師は浜辺に出て、長いあいだ海を見ていました。舟はそこにありましたが、櫂がありませんでした。彼は石に腰をおろして待ちました。\n';
const chinese =
  '清晨,老渔夫走到岸边,久久地望着水面。船还在原处,可是桨不见了。他坐在石头上,开始等待。太阳慢慢升起来了。\n';
const greek =
  'Το πρωί ο γέρος ψαράς βγήκε στην ακτή και κοίταξε πολλή ώρα το νερό. Η βάρκα ήταν εκεί, μα τα κουπιά έλειπαν.\n';

const windows1252 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
const utf32 = (text: string, write: (bytes: Buffer, code: number) => void): Buffer =>
  Buffer.concat(
    Array.from(text, (character) => {
      const bytes = Buffer.alloc(4);
      write(bytes, character.codePointAt(0) ?? 0);
      return bytes;
    }),
  );

describe('a text', () => {
  it.for<[string, string, Uint8Array]>([
    ['UTF-8', spanish, Buffer.from(spanish)],
    ['UTF-16LE with a BOM', spanish, Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(spanish)])],
    ['UTF-16BE with a BOM', japanese, Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(utf16(japanese))])],
    ['UTF-16LE without a BOM', spanish, utf16(spanish)],
    ['UTF-16BE without a BOM', spanish, swapped(utf16(spanish))],
    ['Greek UTF-16LE without a BOM', greek, utf16(greek)],
    ['Greek UTF-16BE without a BOM', greek, swapped(utf16(greek))],
    ['UTF-32LE with a BOM', `😀 ${spanish}`, utf32(`\ufeff😀 ${spanish}`, (bytes, code) => bytes.writeUInt32LE(code))],
    ['UTF-32BE with a BOM', `😀 ${spanish}`, utf32(`\ufeff😀 ${spanish}`, (bytes, code) => bytes.writeUInt32BE(code))],
    ['windows-1252', `“Sí” – ‘no’ … ${spanish}`, windows1252(`\x93Sí\x94 \x96 \x91no\x92 \x85 ${spanish}`)],
    ['windows-1252, one word only', 'café', windows1252('café')],
    ['windows-1251', russian, encodeText(russian, 'windows-1251')],
    ['KOI8-R', russian, encodeText(russian, 'koi8-r')],
    ['Shift_JIS', japanese, encodeText(japanese, 'shift_jis')],
    ['EUC-JP', japanese, encodeText(japanese, 'euc-jp')],
    ['GB18030', chinese, encodeText(chinese, 'gb18030')],
    ['ISO-8859-7', greek, encodeText(greek, 'iso-8859-7')],
  ])('is read in any encoding: %s', async ([, text, bytes]) => {
    expect(await read(bytes)).toBe(text);
  });
});

describe('the characters of a text', () => {
  it('are kept except for line ends, which become LF', async () => {
    expect(await read('one\r\ntwo\rthree\n\r\nfour\r\r')).toBe('one\ntwo\nthree\n\nfour\n\n');
  });

  it('include a UTF-8 byte order mark', async () => {
    expect(await read('\ufeffLetter 1')).toBe('\ufeffLetter 1');
  });

  it('include a single NUL between words', async () => {
    expect(await read('The first half\0and the second half')).toBe('The first half\0and the second half');
  });

  it('include leading and trailing white space', async () => {
    expect(await read(' \t a \n\n')).toBe(' \t a \n\n');
  });

  it('are replaced only where a byte is damaged', async () => {
    const damaged = Buffer.concat([Buffer.from(spanish.repeat(3)), Buffer.from([0xc3, 0x28]), Buffer.from(spanish)]);
    expect(await read(damaged)).toBe(`${spanish.repeat(3)}\ufffd(${spanish}`);
  });

  it('are an empty string if the file is empty', async () => {
    expect(await read('')).toBe('');
  });

  it.for(['BMW and other makes', 'MZ is a German band', 'PK-9 is a street', 'RIFF raff', 'ID3 tags'])(
    'may start like a binary file: %s',
    async (text) => {
      expect(await read(text)).toBe(text);
    },
  );
});

describe('a file that is not text', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  it.for<[string, Uint8Array]>([
    ['a PNG image', png],
    ['a ZIP archive', Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'), randomBytes(2000)])],
    [
      'an ELF program',
      Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(500), randomBytes(500)]),
    ],
    ['a PDF document', Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nendobj\n')],
    ['a SQLite database', Buffer.from('SQLite format 3\0\x04\0', 'latin1')],
    [
      'a Windows program',
      Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff', 'latin1'), Buffer.alloc(300)]),
    ],
    ['binary data', Buffer.alloc(100_000)],
    ['binary data', Buffer.concat([Buffer.from([0x80]), Buffer.from('0102'.repeat(400), 'hex'), Buffer.alloc(31)])],
  ])('is rejected by name: %s', async ([kind, bytes]) => {
    const refused = expect(read(bytes)).rejects;
    await refused.toThrow(ModuleError);
    await expect(read(bytes)).rejects.toThrow(`Expected the file to be text, got what looks like ${kind}`);
  });
});

it('rejects a file that is too large before reading it', async () => {
  await expect(read('x'.repeat(1001), 1000)).rejects.toThrow(
    "Expected the text to have at most 1000 bytes, got 1001. Split it, or raise the server's limit (maxTextBytes).",
  );
  expect(await read('x'.repeat(1000), 1000)).toHaveLength(1000);
});
