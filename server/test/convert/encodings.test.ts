import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText } from '../../src/convert/read-text.js';
import type { ModuleWarning } from '../../src/module-contract/module.js';
import { runModule, temporaryDirectory } from '../modules/run-module.js';
import { encodeText } from './make/encode-text.js';

async function read(content: Uint8Array, encoding?: string): Promise<{ text: string; warnings: ModuleWarning[] }> {
  const path = join(await temporaryDirectory(), 'a.txt');
  await writeFile(path, content);
  const warnings: ModuleWarning[] = [];
  const text = await readText({ path }, { maxBytes: 2 ** 24, encoding, warn: (warning) => warnings.push(warning) });
  return { text, warnings };
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

const texts = {
  czech: 'Mlýn stojí u řeky. Mlynář otevírá stavidlo za úsvitu. Žluťoučký kůň.',
  polish: 'Zażółć gęślą jaźń',
  hungarian: 'Árvíztűrő tükörfúrógép',
  russian: 'Мельница стоит у реки',
  ukrainian: 'Млин стоїть біля річки. Щоранку мірошник відчиняє шлюз.',
  greek: 'Ο μύλος είναι κοντά στο ποτάμι',
  turkish: 'Değirmenci şafakta savağı açar; öğleye kadar dokuz çuval un öğütür.',
  hebrew: 'הטחנה עומדת ליד הנהר. הטוחן פותח את הסכר עם שחר.',
  thai: 'โรงสีตั้งอยู่ริมแม่น้ำ คนสีข้าวเปิดประตูน้ำตอนรุ่งสาง',
  german: 'Die Mühle steht am Fluß. Der Müller öffnet täglich die Schleuse.',
  japanese: '水門を開けてください',
  chinese: '磨坊在河边',
  korean: '안녕하세요 여러분',
} as const;

describe('a legacy encoding', () => {
  it.for<[encoding: string, language: keyof typeof texts, table?: string]>([
    ['iso-8859-2', 'czech'],
    ['windows-1250', 'hungarian'],
    ['iso-8859-2', 'polish'],
    ['windows-1251', 'ukrainian'],
    ['ibm866', 'russian'],
    ['iso-8859-5', 'russian'],
    ['windows-1253', 'greek'],
    ['windows-1254', 'turkish'],
    ['windows-1255', 'hebrew'],
    ['windows-874', 'thai'],
    ['macintosh', 'german'],
    ['shift_jis', 'japanese'],
    ['euc-jp', 'japanese'],
    ['gb18030', 'chinese'],
    ['euc-kr', 'korean'],
  ])('is guessed from a short text: %s, %s', async ([encoding, language]) => {
    const { text, warnings } = await read(encodeText(texts[language], encoding));
    expect(text).toBe(texts[language]);
    expect(warnings).toEqual([
      {
        code: 'encoding-guessed',
        message: expect.stringMatching(
          /^The encoding of the text was guessed: [\w-]+, with a confidence of \d+%\. .* parameter encoding\.$/,
        ) as string,
      },
    ]);
  });

  it('is guessed from the non-ASCII bytes, wherever they are', async () => {
    const english = 'The mill was built by the river, and nobody remembers when.\n'.repeat(1200);
    expect((await read(Buffer.concat([latin1(english), encodeText(texts.ukrainian, 'windows-1251')]))).text).toBe(
      english + texts.ukrainian,
    );
    expect((await read(latin1(`${english}\x93x\x94 \x97 10 \x80\n${english}`))).text).toBe(
      `${english}“x” — 10 €\n${english}`,
    );
  });

  it('is guessed from samples of the whole file if the file is large', async () => {
    const rows = `${texts.czech}\n`.repeat(4000);
    expect((await read(encodeText(rows, 'windows-1250'))).text).toBe(rows);
  });
});

describe('UTF-8 with lines in another encoding', () => {
  const good = 'El molino está junto al río: nueve sacos — 10 €.\n';

  it('is read as UTF-8, and its invalid lines as windows-1252', async () => {
    const bad = latin1('He said \x93the na\xefve caf\xe9\x94 \x97 fine.\r\n');
    const { text, warnings } = await read(
      Buffer.concat([Buffer.from(good), bad, Buffer.from(good), bad, Buffer.from(good)]),
    );
    const mended = 'He said “the naïve café” — fine.\n';
    expect(text).toBe(good + mended + good + mended + good);
    expect(warnings).toEqual([
      {
        code: 'mixed-encoding',
        message: 'The file is UTF-8, but lines 2 and 4 are not, and were read as windows-1252.',
      },
    ]);
  });

  it('has warnings with the first ten such lines, and with a damaged line', async () => {
    const lines = Array.from({ length: 12 }, () => [Buffer.from(good), latin1('caf\xe9\n')]).flat();
    const damaged = [Buffer.from('río '), latin1('\xc3(\n'), Buffer.from(good)];
    const { warnings } = await read(Buffer.concat([...lines, ...damaged]));
    expect(warnings.map(({ message }) => message)).toEqual([
      'The file is UTF-8, but lines 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 and 2 more are not, and were read as windows-1252.',
      'The file is UTF-8, but line 25 is damaged. Invalid bytes became U+FFFD.',
    ]);
  });

  it('may itself contain U+FFFD, which is a valid character', async () => {
    const own = 'a \ufffd b\n';
    const { text, warnings } = await read(Buffer.concat([Buffer.from(good + own), latin1('caf\xe9\n')]));
    expect(text).toBe(`${good}${own}café\n`);
    expect(warnings.map(({ message }) => message)).toEqual([
      'The file is UTF-8, but line 3 is not, and was read as windows-1252.',
    ]);
  });

  it('is not assumed for a legacy text with a line that happens to be valid UTF-8', async () => {
    // `Ã©` in windows-1252 is `é` in UTF-8
    const { text } = await read(latin1('Quelle m\xeal\xe9e\nLe signe \xc3\xa9\nd\xe9j\xe0 \xe9t\xe9\n'));
    expect(text).toBe('Quelle mêlée\nLe signe Ã©\ndéjà été\n');
  });
});

describe('the parameter encoding', () => {
  it('overrides the guess', async () => {
    const { text, warnings } = await read(encodeText('Dobrý den, pane Dvořáku.', 'windows-1250'), 'windows-1250');
    expect({ text, warnings }).toEqual({ text: 'Dobrý den, pane Dvořáku.', warnings: [] });
    expect((await read(latin1('\x93x\x94'), 'cp1252')).text).toBe('“x”');
  });

  it('causes a warning if it cannot decode all characters', async () => {
    expect(await read(latin1('caf\xe9, d\xe9j\xe0'), 'utf-8')).toEqual({
      text: 'caf\ufffd, d\ufffdj\ufffd',
      warnings: [
        { code: 'unreadable-characters', message: '3 places could not be decoded as utf-8, and became U+FFFD.' },
      ],
    });
    expect((await read(Buffer.from('own \ufffd'), 'utf-8')).warnings).toEqual([]);
    const mixed = await read(Buffer.concat([Buffer.from('own \ufffd, '), latin1('caf\xe9')]), 'utf-8');
    expect(mixed.warnings.map(({ message }) => message)).toEqual([
      'One place could not be decoded as utf-8, and became U+FFFD.',
    ]);
  });

  it('is a parameter of every module that reads text', async () => {
    const upload = 'a.txt';
    const bytes = encodeText('Dobrý den.', 'windows-1250');
    const { text, warnings } = await runModule('parser', bytes, { upload, params: { encoding: 'windows-1250' } });
    expect([JSON.parse(text), warnings]).toEqual([[{ snippet: 'Dobrý den.', line_numbers: [1] }], []]);
    await expect(runModule('keyword-db', bytes, { upload, params: { encoding: 'cp-1' } })).rejects.toThrow(
      'Expected the parameter encoding to be the name of an encoding, such as utf-8, windows-1250 or shift_jis, got "cp-1".',
    );
  });
});

it('valid UTF-8 and a Japanese email cause no warning', async () => {
  expect((await read(Buffer.from('\ufeffcafé'))).warnings).toEqual([]);
  const mail = latin1('\x1b$B?eLg\x1b(B ok');
  expect(await read(mail)).toEqual({ text: '水門 ok', warnings: [] });
});
