import { describe, expect, it } from 'vitest';
import { ModuleError, type ModuleLimits } from '../../src/module-contract/module.js';
import { runModule } from '../modules/run-module.js';
import { makeDocx, makeLockedPdf, makePdf, makePptx, makeZip, paragraph } from './make/make-documents.js';
import { readConverted, type ReadOptions } from './read-converted.js';

async function read(content: string | Uint8Array, options: ReadOptions = {}): Promise<string> {
  return (await readConverted(content, options)).text;
}

describe('a PDF', () => {
  const pages = [['The mill stands', 'by the river (old).'], ['Its wheel turns.']];

  it('is read line by line, page after page', async () => {
    expect(await read(makePdf(pages))).toBe('The mill stands\nby the river (old).\nIts wheel turns.');
  });

  it('is recognized by its content, whatever its name', async () => {
    expect(await read(makePdf(pages), { name: 'notes.txt' })).toContain('Its wheel turns.');
  });

  it('has line numbers in the output of the modules that read text', async () => {
    const { text } = await runModule('parser', makePdf(pages), { upload: 'mill.pdf' });
    expect(JSON.parse(text)).toEqual([
      { snippet: 'The mill stands\nby the river (old).', line_numbers: [1, 2] },
      { snippet: 'Its wheel turns.', line_numbers: [3] },
    ]);
    const { output } = await runModule('keyword-db', makePdf(pages), { upload: 'mill.pdf' });
    expect(output.facts).toEqual({ num_lines: 3 });
  });
});

describe('a presentation', () => {
  it('is read in the order in which its slides are shown', async () => {
    const bytes = makePptx([['The end'], ['Title', 'and a line'], ['Middle']], [2, 3, 1]);
    expect(await read(bytes)).toBe('Title\nand a line\n\nMiddle\n\nThe end');
  });
});

describe('subtitles', () => {
  it('of SubRip are read without numbers, times and formatting', async () => {
    const file =
      '1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>The mill</i> stopped\r\nat noon.\r\n\r\n' +
      '2\r\n00:00:03,000 --> 00:00:04,000 X1:40\r\n{\\an8}2 < 3\r\n';
    expect(await read(file, { name: 'talk.srt' })).toBe('The mill stopped\nat noon.\n2 < 3');
  });

  it('of WebVTT are read with the speakers, and without notes and styles', async () => {
    const file =
      'WEBVTT - Talk\n\nNOTE 00:01.000 --> 00:02.000\nno\n\nSTYLE\n::cue { color: red }\n\n' +
      'intro\n00:01.000 --> 00:02.000 align:start\n<v.loud Anna>Hello <c.x>there</c>, <00:01.500>Tom &amp; Jo\n';
    expect(await read(file, { name: 'talk.vtt' })).toBe('Anna: Hello there, Tom & Jo');
  });

  it('are plain text if the name is not .srt or the file has no times', async () => {
    const file = '1\n00:00:01,000 --> 00:00:02,500\nThe mill\n';
    expect(await read(file, { name: 'talk.txt' })).toBe(file);
    expect(await read('Only words.\n', { name: 'talk.srt' })).toBe('Only words.\n');
  });
});

describe('a Markdown file', () => {
  const markdown = '# The mill\n\nBy the *river*,\n[upstream](http://example.com).\n\n- one\n- two\n\n```\na  b\n```\n';

  it('is read without its markup, and its lines keep their numbers', async () => {
    expect(await read(markdown, { name: 'README.md' })).toBe(
      'The mill\n\nBy the river,\nupstream.\n\none\ntwo\n\n\na  b',
    );
  });

  it.for<[string, string, Record<number, string>]>([
    [
      'blank lines',
      '# T\n\n\n\nLine five.\n\n* a\n* b\n\n\n\nLine twelve.\n',
      { 1: 'T', 5: 'Line five.', 7: 'a', 8: 'b', 12: 'Line twelve.' },
    ],
    [
      'a table',
      'Bread\n\n| a | b |\n|---|---|\n| *1* |  |\n| `x` | &lt; |\n',
      { 1: 'Bread', 3: 'a\tb', 5: '1\t', 6: 'x\t<' },
    ],
    ['code', '```js\nlet a;\n\nlet b;\n```\n    c  c\n', { 2: 'let a;', 4: 'let b;', 6: 'c  c' }],
    ['lists', '3. x\n\n   - y\n   - [x] z\n\n4. > q\n   > r\n', { 1: '3. x', 3: 'y', 4: '☑ z', 6: '4. q', 7: 'r' }],
    ['a list of tasks', '- [ ] a\n- [x] b\n', { 1: '☐ a', 2: '☑ b' }],
    [
      'a list of tasks and paragraphs',
      '- [ ] *a*\n- b\n\n  c\n1. [x] d\n\n   e\n',
      { 1: '☐ a', 2: 'b', 4: 'c', 5: '1. ☑ d', 7: 'e' },
    ],
    [
      'items that begin with another block',
      '1. - a\n   - b\n2. ```\n   c\n   d\n   ```\n3. | e | f |\n   |---|---|\n   | 1 | 2 |\n4. 1. g\n',
      { 1: '1. a', 2: 'b', 4: '2. c', 5: 'd', 7: '3. e\tf', 9: '1\t2', 10: '4. 1. g' },
    ],
    ['definitions', '\ufeffSetext\n===\n\n[m]: http://x\n***\n<b>Bold</b> [m]\n', { 1: 'Setext', 6: 'Bold m' }],
  ])('keeps its line numbers with %s', async ([, file, lines]) => {
    const text = await read(file, { name: 'a.md' });
    expect(Object.fromEntries(text.split('\n').flatMap((line, i) => (line === '' ? [] : [[i + 1, line]])))).toEqual(
      lines,
    );
  });

  it('is split into snippets at headings, items, rows and paragraphs', async () => {
    const { text } = await runModule('parser', '# Rent\nDue on\nMonday\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|\n', {
      upload: 'a.md',
    });
    expect(JSON.parse(text)).toEqual([
      { snippet: 'Rent', line_numbers: [1] },
      { snippet: 'Due on\nMonday', line_numbers: [2, 3] },
      { snippet: 'one', line_numbers: [4] },
      { snippet: 'two', line_numbers: [5] },
      { snippet: 'a\tb', line_numbers: [7] },
      { snippet: '1\t2', line_numbers: [9] },
    ]);
  });

  it('is read without its embedded images, with a warning', async () => {
    const image = `![](data:image/png;base64,${'QUJD'.repeat(2 ** 21)})`;
    const { text, warnings } = await readConverted(`# Mill\n\n${image} turns\n`, { name: 'a.md' });
    expect(text).toBe('Mill\n\nturns');
    expect(warnings).toEqual([
      {
        code: 'pictures-left-out',
        message: 'An embedded image was left out. Send each image as a separate file, and process it with ocr.',
      },
    ]);
  });

  it('is read without the descriptions of its images, with a warning', async () => {
    const { text, warnings } = await readConverted('![Build](a.svg) [![Tests](b.svg)](b)\n\nThe mill\n', {
      name: 'a.md',
    });
    expect(text.trim()).toBe('The mill');
    expect(warnings.map(({ message }) => message)).toEqual([
      'The descriptions of 2 pictures were left out. Add the important ones to the text.',
    ]);
  });

  it('keeps the quotation marks, line breaks and spaces of its paragraphs, and decodes entities', async () => {
    const file =
      '"It isn\'t"  <b>bold</b>\n\n"It isn\'t  so" \nhere,\u00a0 `a  &quot;  b`\n\n&quot;R&amp;D&quot; &lt;1\n';
    expect(await read(file, { name: 'a.md' })).toBe(
      '"It isn\'t" bold\n\n"It isn\'t so"\nhere,\u00a0 a &quot; b\n\n"R&D" <1',
    );
  });

  it('is plain text under any other name', async () => {
    expect(await read(markdown, { name: 'readme.txt' })).toBe(markdown);
  });
});

it('the output of a module is read unchanged', async () => {
  const text = '<!DOCTYPE html><p>*cited*</p>';
  expect(await read(text, { name: 'page.html', isUpload: false })).toBe(text);
  expect(await read(text, { name: 'page.md', isUpload: false })).toBe(text);
});

describe('an unreadable document', () => {
  const laughs = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(10)}"><!ENTITY c "${'&b;'.repeat(10)}">]>`;
  const external = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
  const docx = makeDocx(paragraph('text'));
  const pdf = makePdf([['text']]);
  const large = makeDocx(paragraph(' '.repeat(3_000_000)));

  it.for<[string, Uint8Array, string, Partial<ModuleLimits>?]>([
    ['a zip bomb', large, 'The DOCX expands to more than 1 MiB', { maxExpandedBytes: 2 ** 20 }],
    [
      'a part larger than its declared size',
      makeDocx(paragraph('a'.repeat(5000)), { size: 10 }),
      'expands to more than its declared size',
    ],
    [
      'a part smaller than its declared size',
      makeDocx(paragraph('a'), { size: 5000 }),
      'The DOCX is damaged or cut off',
    ],
    ['nested entities', makeDocx(paragraph('&c;'), { before: laughs }), 'type declarations are not allowed'],
    ['an external entity', makeDocx(paragraph('&e;'), { before: external }), 'type declarations are not allowed'],
    ['deeply nested elements', makeDocx('<w:p>'.repeat(200_000)), 'nested more than 500 levels deep'],
    [
      'a formula with too many elements',
      makeDocx(`<w:p><m:oMath>${'<m:r/>'.repeat(200_001)}</m:oMath></w:p>`),
      'Expected every formula of the document to have at most 200000 elements, got more.',
    ],
    ['a part that ends early', makeZip([{ name: 'word/document.xml', content: '<w:document><w:p>' }]), 'cut off'],
    ['a part that is not XML', makeZip([{ name: 'word/document.xml', content: 'text' }]), 'DOCX is damaged'],
    [
      'a docx without its text part',
      makeZip([{ name: 'word/styles.xml', content: '<a/>' }]),
      'its text part is missing',
    ],
    [
      'a pptx without its list of slides',
      makeZip([{ name: 'ppt/slides/slide1.xml', content: '<a/>' }]),
      'its list of slides is missing',
    ],
    ['a cut docx', docx.subarray(0, docx.length - 40), 'is damaged or cut off'],
    ['a workbook', makeZip([{ name: 'xl/workbook.xml', content: '<a/>' }]), 'what looks like an Excel workbook'],
    ['an OpenDocument file', makeZip([{ name: 'content.xml', content: '<a/>' }]), 'an OpenDocument file'],
    ['any ZIP archive', makeZip([{ name: 'a.txt', content: 'a' }]), 'what looks like a ZIP archive'],
    ['a password-protected PDF', makeLockedPdf(), 'The PDF is password-protected'],
    ['a cut PDF', pdf.subarray(0, 60), 'The PDF is damaged or cut off'],
    ['a text that starts like a PDF', Buffer.from('%PDF-1.7\nnot really'), 'The PDF is damaged or cut off'],
    ['a large PDF', pdf, 'Expected the PDF to have at most 100 bytes', { maxExpandedBytes: 100 }],
    [
      'a PDF with too much text',
      makePdf([Array<string>(4).fill('a'.repeat(50))]),
      'at most 100 bytes of text',
      { maxTextBytes: 100 },
    ],
    [
      'a docx with too much text',
      makeDocx(paragraph('a'.repeat(200))),
      'at most 100 bytes of text',
      { maxTextBytes: 100 },
    ],
    ['an old Word document', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'an old Office document'],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'what looks like a PNG image'],
  ])('is rejected with the reason: %s', async ([, content, message, limits]) => {
    const refused = read(content, limits ? { limits } : {});
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(message);
  });

  it.for(['letter.rtf', 'letter.txt', 'letter.md', 'letter'])(
    'is rejected as RTF with advice on what to do: %s',
    async (name) => {
      await expect(read('{\\rtf1\\ansi The rent is due.}', { name })).rejects.toThrow(
        'Expected the file to be text, got what looks like an RTF document. Save it as docx, PDF or plain text.',
      );
    },
  );

  it('is rejected as Markdown with endless tables, quotes or lists, and keeps endless markup', async () => {
    for (const block of ['a|b\n-|-|-\n', '> a\nb\n', '> - a\nb\n']) {
      await expect(read(block.repeat(30_000), { name: 'a.md' })).rejects.toThrow(
        'The Markdown could not be read: it has too many tables or block quotes without a blank line between them.',
      );
    }
    await expect(read(`- a\n${'b\n'.repeat(10_500)}`, { name: 'a.md' })).rejects.toThrow(
      'The Markdown could not be read: it has lists or block quotes with too many lines without a blank line between them.',
    );
    const marks = 'a@b.* '.repeat(30_000);
    const { text, warnings } = await readConverted(`*One*\n\n${marks}\n\n[Two](a)\n`, { name: 'a.md' });
    expect(text.split('\n')).toEqual(['One', '', marks.trimEnd(), '', 'Two']);
    expect(warnings).toMatchObject([{ code: 'markup-kept' }]);
  });

  it('is rejected quickly as Markdown that is nested too deeply or has a line too long', async () => {
    const lists = Array.from({ length: 51 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n');
    for (const deep of [`${'> '.repeat(20_000)}deep`, `${'- '.repeat(51)}deep`, `${'1. > '.repeat(26)}deep`, lists]) {
      const refused = read(deep + '\n\nmore text'.repeat(100_000), { name: 'deep.md' });
      await expect(refused).rejects.toThrow('nested too deeply. Send a file with fewer levels.');
    }
    const flat = `${'- a\n'.repeat(200)}\n${'* '.repeat(60)}\n\n${'> quoted\n'.repeat(100)}`;
    expect((await read(flat, { name: 'flat.md' })).split('\n')).toContain('quoted');
    const long = read('word and '.repeat(1_000_000), { name: 'long.md' });
    await expect(long).rejects.toThrow(
      'has a line of 9000000 characters. Break it into paragraphs, or send it as .txt.',
    );
  });
});
