import { describe, expect, it } from 'vitest';
import { combineAccents } from '../../src/convert/pdf/accents.js';
import { formatPages } from '../../src/convert/pdf/format-pages.js';
import { runModule } from '../modules/run-module.js';
import { assemblePdf, drawPdf, linesAt, stream, text, unicode, utf16 } from './make/draw-pdf.js';
import { makePdf } from './make/make-documents.js';
import { readConverted } from './read-converted.js';

/** pdf-ocr.test.ts tests scanned pages. */
const ocr = { ocr: 'never' } as const;

async function read(...pages: Parameters<typeof drawPdf>[0]): Promise<string> {
  return (await readConverted(drawPdf(pages), { ocr })).text;
}

/** A picture, which every page can draw as `/Im`. */
const picture = {
  20: stream('\xff', '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8'),
};
const scanned = 'q 612 0 0 792 0 0 cm /Im Do Q\n';
const withoutMapping = (content: string): string => `BT /N 12 Tf 72 700 Td <${utf16(content)}> Tj ET\n`;

describe('the characters of a PDF', () => {
  it('are decoded in Chinese and Japanese even if the CMap is not in the file', async () => {
    expect(await read(`BT /G 12 Tf 72 700 Td <${utf16('发票号码 磨坊')}> Tj ET\n`)).toBe('发票号码 磨坊');
    expect(await read(`BT /J 12 Tf 72 700 Td <${utf16('粉屋は夜明けに')}> Tj ET\n`)).toBe('粉屋は夜明けに');
  });

  it('are in order in Hindi, whose vowel signs surround their consonants', async () => {
    expect(await read(unicode(72, 700, 'चक्की नदी के पास है'))).toBe('चक्की नदी के पास है');
  });

  it('are letters in place of ligatures and radicals, and otherwise unchanged', async () => {
    expect(await read(unicode(72, 700, '\u2f54\u8eca of\ufb01ce'))).toBe('水車 office');
    expect(await read(unicode(72, 700, 'Ａ² ½ ™ №'))).toBe('Ａ² ½ ™ №');
  });

  it('are in reading order if the script runs from right to left, with the full stop after the number', async () => {
    // programs draw such text from left to right
    expect(await read(unicode(72, 700, '.2024 \u05e1\u05e8\u05de'))).toBe('מרס 2024.');
    expect(await read(unicode(72, 700, '\ufee2\ufee0\ufecb'))).toBe('علم');
    expect(await read(text(72, 700, 'Rates of .5 and .25'))).toBe('Rates of .5 and .25');
  });

  it('form words even if the font size is 1 or negative, and a matrix scales it up', async () => {
    const draw = (font: number, scale: number): string =>
      `BT /F1 ${font} Tf ${scale} 0 0 ${scale} 72 700 Tm (pollutants fulfil all) Tj ET`;
    expect(await read(draw(1, 24))).toBe('pollutants fulfil all');
    expect(await read(draw(-1, -24))).toBe('pollutants fulfil all');
    expect(await read(`24 0 0 24 0 0 cm ${draw(1, 1).replace('72 700', '3 29')}`)).toBe('pollutants fulfil all');
  });

  it('are combined with accents that are drawn over them, but not with others', async () => {
    expect(await read(String.raw`BT /F1 12 Tf 72 700 Td [(caf\264) 445 (e)] TJ ET`)).toBe('café');
    // an accent over a capital is higher, and PDFium puts it at the end of the line, after the hyphen
    const capital = String.raw`BT /F1 12 Tf 114.5 702.6 Td (\264) Tj ET ` + text(112, 700, 'Alava, and the offi-');
    expect(await read(text(72, 700, 'We see ') + capital + text(72, 686, 'cials there.'))).toBe(
      'We see Álava, and the officials\nthere.',
    );
    const plain = 'x^2, ~/notes, `code` and 5\u00b4';
    expect(await read(text(72, 700, plain.replace('\u00b4', String.fromCharCode(0xb4))))).toBe(plain);
  });

  it('keep the space between two words if PDFium adds it after the accent at the end of the first word', () => {
    const glyph = (char: string, left: number, isGenerated = false) => {
      const box = { left, right: left + (isGenerated ? 0 : 5), bottom: char === '\u00b4' ? 6 : 0, top: 7 };
      return { ...box, text: char, y: 0, fontSize: 10, isGenerated };
    };
    const read = (next: number): string =>
      combineAccents([glyph('f', 0), glyph('e', 5), glyph('\u00b4', 5), glyph(' ', 10, true), glyph('b', next)])
        .map((combined) => combined.text)
        .join('');
    expect(read(13)).toBe('f\u00e9 b');
    expect(read(10)).toBe('f\u00e9b');
  });

  it('are read once if they are printed twice to look bold', async () => {
    expect(await read(text(72, 700, 'Heading') + text(72.3, 700, 'Heading'))).toBe('Heading');
  });

  it('form words if the letters are spaced out, but not in lists and cells', async () => {
    const apart = (letters: string, step: number): string =>
      Array.from(letters, (letter, i) => (letter === ' ' ? '' : text(72 + step * i, 700, letter))).join('');
    expect(await read(apart('SPREAD', 12))).toBe('SPREAD');
    expect(await read(apart('THE MILL', 12))).toBe('THE MILL');
    expect(await read(apart('ABCDE', 12))).toBe('A B C D E');
    expect(await read(apart('WXAB', 40))).toBe('W\tX\tA\tB');
    expect(await read(text(72, 700, 'N E W S'))).toBe('N E W S');
  });

  it('have a warning if a font does not map them to Unicode', async () => {
    const { text: read, warnings } = await readConverted(drawPdf([text(72, 700, 'ok'), withoutMapping('guess')]), {
      ocr,
    });
    expect(read).toContain('ok');
    expect(warnings).toEqual([
      { code: 'unreadable-font', message: expect.stringContaining('wrong on page 2, ') as string, page: 2 },
    ]);
    const broken = await readConverted(drawPdf([unicode(72, 700, 'of\u0000ce hours')]), { ocr });
    expect(broken.text).toBe('of\ufffdce hours');
    expect(broken.warnings).toMatchObject([{ code: 'unreadable-font', page: 1 }]);
    // a bullet
    expect((await readConverted(drawPdf([unicode(72, 700, '\uf0b7 office hours')]), { ocr })).warnings).toEqual([]);
  });
});

describe('the lines of a PDF', () => {
  it('are joined where a word is hyphenated at the end, and compounds keep their hyphens', async () => {
    const lines = ['The documenta-', 'tion of the well-', 'known Anglo-', 'Saxon mills, pre-', 'and post-war.'];
    expect(await read(linesAt(72, 700, lines))).toBe(
      'The documentation\nof the wellknown\nAnglo-Saxon\nmills, pre-\nand post-war.',
    );
    expect(await read(linesAt(72, 700, ['A well-known mill, a well-', 'known river.']))).toBe(
      'A well-known mill, a well-known\nriver.',
    );
    expect(await read(text(72, 60, 'The docu-'), text(72, 700, 'mentation is long.'))).toBe(
      'The documentation\nis long.',
    );
  });

  it('have an empty line between paragraphs', async () => {
    const page =
      text(72, 740, 'Heading', 18) + linesAt(72, 700, ['One sentence', 'goes on.']) + text(72, 650, 'Another.');
    expect(await read(page)).toBe('Heading\n\nOne sentence\ngoes on.\n\nAnother.');
  });

  it('are read column by column, even if they are drawn row by row', async () => {
    const left = ['The tenant shall pay the rent', 'on the first day of every', 'month without delay.'];
    const right = ['The landlord shall keep the', 'roof and walls in good', 'repair at all times.'];
    const rows = left.map((line, i) => text(60, 740 - 14 * i, line) + text(330, 740 - 14 * i, right[i] ?? '')).join('');
    expect(await read(rows)).toBe([...left, '', ...right].join('\n'));
  });

  it('are rows in a table, with tabs between the cells', async () => {
    const rows = [
      ['Wheel of the mill', 'turns by the river'],
      ['Stone of the mill', 'grinds the corn'],
      ['Roof of the mill', 'keeps out the rain'],
      ['Door of the mill', 'stands open on Mondays'],
    ];
    const page = rows.map(([a = '', b = ''], i) => text(60, 740 - 14 * i, a) + text(330, 740 - 14 * i, b)).join('');
    expect(await read(page)).toBe(rows.map((row) => row.join('\t')).join('\n'));
  });

  it('continue on the next page in the middle of a sentence, but not after the last row of a table', async () => {
    const row = text(60, 740, 'Undershot') + text(330, 740, '12.5 kW');
    expect(await read(row, text(60, 740, 'The mill stands'))).toBe('Undershot\t12.5 kW\n\nThe mill stands');
    const full = linesAt(72, 700, ['The mill stands by the river and is', 'kept by the family of Miss Amelia']);
    expect(await read(full, text(72, 740, 'Fox, who opens its gate.'))).toContain('Amelia\nFox');
  });

  it('are read once if they repeat as headers and footers, and do not split a sentence', async () => {
    const page = (number: number, first: string, last: string): string =>
      text(72, 770, 'Mill Ltd') +
      linesAt(72, 700, [first, 'and so on and on and on', last]) +
      text(300, 30, `Page ${number} of 3`);
    const read3 = await read(
      page(1, 'One sentence', 'runs over'),
      page(2, 'the page', 'and again'),
      page(3, 'to an end.', 'Yes.'),
    );
    expect(read3.replaceAll(/\n+/g, ' ')).toBe(
      'Mill Ltd One sentence and so on and on and on runs over the page and so on and on and on and again ' +
        'to an end. and so on and on and on Yes. Page 3 of 3',
    );
  });

  it('are read once if the same banner is at the top and bottom, with the page number inside it', async () => {
    const page = (number: number, lines: readonly string[]): string =>
      text(72, 770, 'CONFIDENTIAL') +
      text(72, 750, `Page ${number}`) +
      linesAt(72, 700, lines) +
      text(72, 50, 'Mill Ltd') +
      text(72, 30, 'CONFIDENTIAL');
    const bodies = [
      ['One sentence', 'goes on', 'and runs over'],
      ['the page', 'again and', 'again'],
      ['to its end.', 'Yes,', 'it does.'],
    ];
    const words = await read(...bodies.map((lines, i) => page(i + 1, lines)));
    expect(words.split(/\n+/)).toEqual(['CONFIDENTIAL', 'Page 1', ...bodies.flat(), 'Mill Ltd', 'CONFIDENTIAL']);
  });

  it('are read on every page if the pages are copies or share their content', async () => {
    const lines = [
      'Mill Ltd',
      'The mill stands by the river.',
      'It turns all day.',
      'Nobody knows when',
      'it was built.',
    ];
    const copy = (number: number): string => linesAt(72, 700, lines) + text(300, 30, `Page ${number} of 4`);
    const copies = await read(copy(1), copy(2), copy(3), copy(4));
    expect(copies.split(/\n+/)).toEqual([1, 2, 3, 4].flatMap((number) => [...lines, `Page ${number} of 4`]));
    const shared = assemblePdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [5 0 R 6 0 R 7 0 R] /Count 3 /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      stream(linesAt(72, 700, lines)),
      ...Array<string>(3).fill('<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>'),
    ]);
    expect((await readConverted(shared)).text.split(/\n+/)).toEqual([...lines, ...lines, ...lines]);
  });

  it('are not headers if a page has them more than once', async () => {
    const song = ['Turn, turn.', 'The mill', 'Turn, turn.', 'grinds', 'Turn, turn.'];
    const pages = ['wheat', 'barley', 'rye'].map((grain) => [...song.slice(0, 4), `the ${grain}.`, 'Turn, turn.']);
    const words = await read(...pages.map((lines) => linesAt(72, 700, lines)));
    expect(words.split(/\n+/)).toEqual(pages.flat());
  });

  it('are kept if they differ in a number and each page is a separate text', async () => {
    const page = (number: number): string =>
      text(72, 770, `Invoice ${number}`) +
      linesAt(72, 700, ['Dear Sir,', `You owe us ${7 * number} shillings.`]) +
      text(300, 30, String(number));
    const pages = await read(page(1), page(2), page(3));
    for (const expected of ['Invoice 1', 'Invoice 2', 'Invoice 3']) expect(pages).toContain(expected);
    // the page numbers
    expect(pages).not.toMatch(/^[12]$/m);
  });
});

it('warns that much text outside the visible part of a page was left out', async () => {
  const crop = (box: string, outside: readonly string[]): Parameters<typeof drawPdf>[0] => [
    { content: text(72, 700, 'The mill') + linesAt(72, 200, outside), entries: `/CropBox [${box}]` },
  ];
  const river = Array<string>(6).fill('The river and the bridge');
  const cropped = await readConverted(drawPdf(crop('0 400 612 792', river)));
  expect(cropped.text).toBe('The mill');
  expect(cropped.warnings).toEqual([
    { code: 'text-outside-page', message: 'Text outside the visible part was left out on page 1.', page: 1 },
  ]);
  expect((await readConverted(drawPdf(crop('0 50 612 792', river)))).warnings).toEqual([]);
  // a printer's slug line, which is longer than the text of the page
  const slug = await readConverted(drawPdf(crop('0 400 612 792', ['mill.indd   1        30.11.26   09:41:07'])));
  expect(slug).toMatchObject({ text: 'The mill', warnings: [] });
});

describe('a PDF with content other than text', () => {
  it('has a warning with the pages that have only a picture, but not for empty pages', async () => {
    const { text: read, warnings } = await readConverted(
      drawPdf([text(72, 700, 'First'), scanned, '', text(72, 700, 'Last'), scanned], { objects: picture }),
      { ocr },
    );
    expect(read.split(/\n+/)).toEqual(['First', 'Last']);
    expect(warnings).toEqual([
      {
        code: 'page-without-text',
        message: expect.stringContaining('pages 2 and 5, only an image. Set the parameter ocr to auto') as string,
      },
    ]);
  });

  it.each([
    [20, /^pages 1, 3, .* 37 and 39$/],
    [21, / 37, 39 and 1 more range$/],
    [22, / 37, 39 and 2 more ranges$/],
  ])('has a warning with at most 20 ranges of %i', (count, expected) => {
    expect(formatPages(Array.from({ length: count }, (_, index) => 2 * index + 1))).toMatch(expected);
  });

  it('is rejected with the reason if it has no text', async () => {
    await expect(readConverted(drawPdf([scanned], { objects: picture }), { ocr })).rejects.toThrow(
      'its pages are scanned images',
    );
    await expect(readConverted(drawPdf(['']), { ocr })).rejects.toThrow('its pages are empty');
    await expect(readConverted(drawPdf([withoutMapping('guess')]), { ocr })).rejects.toThrow(
      'fonts do not map characters to Unicode',
    );
  });

  it('has a warning for attachments and XFA forms', async () => {
    const { warnings } = await readConverted(
      drawPdf([text(72, 700, 'Please wait...')], {
        catalogue:
          '/Names << /EmbeddedFiles << /Names [(a.txt) << /Type /Filespec /F (a.txt) /EF << /F 40 0 R >> >>] >> >> ' +
          '/AcroForm << /Fields [] /XFA 41 0 R >> /NeedsRendering true',
        objects: { 40: stream('attached', '/Type /EmbeddedFile'), 41: stream('<xdp/>') },
      }),
    );
    expect(warnings.map(({ code }) => code)).toEqual(['xfa-form', 'attachment-left-out']);
  });
});

describe('a damaged PDF', () => {
  const bytes = makePdf([['First page.'], ['Second page.'], ['Third page.']]);

  it('is read as far as possible, with a warning', async () => {
    const { text: read, warnings } = await readConverted(
      Buffer.from(bytes.toString('latin1').replace(/startxref\n\d+/, 'startxref\n7'), 'latin1'),
    );
    expect(read).toContain('Second page.');
    expect(warnings).toMatchObject([{ code: 'damaged-document' }]);
    expect((await readConverted(bytes)).warnings).toEqual([]);
  });

  it('has a warning for each page that cannot be read', async () => {
    const cut = Buffer.from(bytes.toString('latin1').replace('6 0 R 8 0 R]', '6 0 R 99 0 R]'), 'latin1');
    const { text: read, warnings } = await readConverted(cut);
    expect(read).toBe('First page.\nSecond page.');
    expect(warnings).toMatchObject([{ code: 'damaged-page', page: 3 }]);
  });
});

describe('a malicious PDF', () => {
  const catalogue = '<< /Type /Catalog /Pages 2 0 R >>';
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>';

  it.for<[string, Uint8Array, string]>([
    [
      'a page a hundred thousand times',
      assemblePdf([catalogue, `<< /Type /Pages /Kids [${'3 0 R '.repeat(100_000)}] /Count 100000 >>`, page]),
      'Expected the PDF to have at most 50000 pages, got 100000.',
    ],
    [
      'pages inside themselves',
      assemblePdf([catalogue, '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 50000 >>']),
      'The PDF is damaged or cut off',
    ],
  ])('is rejected: %s', async ([, bytes, message]) => {
    await expect(readConverted(bytes, { ocr })).rejects.toThrow(message);
  });

  it('is read despite nested arrays and saved graphics states', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(await read(`${'q '.repeat(100_000)}${text(72, 700, 'By the river.')}${deep} TJ`)).toBe('By the river.');
  });
});

describe('the text before a PDF header', () => {
  const response = 'HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n';

  it('is skipped if it has at most 1024 bytes', async () => {
    const bytes = Buffer.concat([Buffer.from(response), makePdf([['By the river.']])]);
    expect((await readConverted(bytes, { name: 'a.txt' })).text).toBe('By the river.');
  });

  it('is kept in a text about PDFs', async () => {
    const page = 'A PDF begins with\n%PDF-1.4\nand its first object is `1 0 obj`.\n';
    expect((await readConverted('See %PDF-1.4 in the manual.\n')).text).toBe('See %PDF-1.4 in the manual.\n');
    expect((await readConverted(page.replace(' object is `1 0 obj`', ' part is the object'))).text).toContain(
      '%PDF-1.4',
    );
  });
});

describe('a snippet of a PDF', () => {
  const snippetsOf = async (bytes: Uint8Array): Promise<{ snippet: string; line_numbers: number[] }[]> =>
    JSON.parse((await runModule('parser', bytes, { upload: 'mill.pdf' })).text) as never;

  it('ends at a row, and has at most 1000 characters', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `Row ${i} of the table, ${i * i} sacks of flour`);
    const snippets = await snippetsOf(
      makePdf([rows.slice(0, 50), rows.slice(50, 100), rows.slice(100, 150), rows.slice(150)]),
    );
    expect(snippets.length).toBeGreaterThan(5);
    for (const { snippet } of snippets) {
      expect(snippet.length).toBeLessThanOrEqual(1000);
      for (const line of snippet.split('\n')) expect(rows).toContain(line);
    }
    expect(snippets.flatMap(({ snippet }) => snippet.split('\n'))).toEqual(rows);
    expect(snippets.flatMap(({ line_numbers }) => line_numbers)).toEqual(rows.map((_, i) => i + 1));
  });

  it('ends at a paragraph, and has the numbers of its lines', async () => {
    const page = text(72, 740, 'Heading', 18) + linesAt(72, 700, ['One sentence', 'goes on.']);
    expect(await snippetsOf(drawPdf([page]))).toEqual([
      { snippet: 'Heading', line_numbers: [1] },
      { snippet: 'One sentence\ngoes on.', line_numbers: [3, 4] },
    ]);
  });
});
