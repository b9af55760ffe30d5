import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../modules/run-module.js';
import { readConverted } from '../read-converted.js';
import { findProgram, produce } from './programs.js';
import * as sources from './sources.js';

const chromium =
  process.env['MILLRACE_CHROMIUM'] ??
  findProgram('chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome');
const pandoc = findProgram('pandoc');
const latex = findProgram('pdflatex');
const ghostscript = findProgram('gs');

for (const [name, program] of Object.entries({ chromium, pandoc, pdflatex: latex, gs: ghostscript })) {
  if (program === undefined) console.warn(`The tests of documents from ${name} are skipped: it is not installed.`);
}

interface ReadResult {
  readonly text: string;
  /** The codes of the warnings. */
  readonly codes: readonly string[];
}

async function read(content: Uint8Array): Promise<ReadResult> {
  const { text, warnings } = await readConverted(content, { ocr: { ocr: 'never' } });
  return { text, codes: warnings.map(({ code }) => code) };
}

describe.skipIf(chromium === undefined)('a page printed to a PDF by Chromium', () => {
  it('keeps its words, right-to-left scripts, table, list and columns', async () => {
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer', '--print-to-pdf=a.pdf'];
    const files = { 'a.html': sources.page };
    const pdf = await produce(await temporaryDirectory(), [chromium ?? '', ...options, 'a.html'], files, 'a.pdf');
    const { text, codes } = await read(pdf);
    expect(codes).toEqual([]);
    expect(text.split(/\n+/).slice(0, 9)).toEqual([
      'The mill at Müller’s café',
      'SPREAD',
      'An office with a final figure of 1,250.00.',
      'הטחנה ליד הנהר נפתחת בשעה 7.',
      'الطاحونة بجانب النهر.',
      'Wheel\tPower',
      'Undershot\t12.5',
      '1. Pay by the third.',
      '2. Keep the receipt.',
    ]);
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/The tenant shall pay the rent without further notice.* in summer\.$/);
  });
});

describe.skipIf(pandoc === undefined)('a file written by pandoc', () => {
  const make = async (source: string, output: string): Promise<ReadResult> =>
    read(await produce(await temporaryDirectory(), [pandoc ?? '', 'a.md', '-o', output], { 'a.md': source }, output));

  it('as a Word document keeps its formulas, numbers, table and footnote', async () => {
    expect((await make(sources.notes, 'a.docx')).text.split('\n')).toEqual([
      'The mill',
      'Built in 1820.[1] Its power is P=ρgQh and (a+b)/c, x and gone new.',
      '1. First clause.',
      '2. Second clause.',
      'a) Sub clause.',
      'Wheel\tPower',
      'Undershot',
      '\t20.1',
      '1. See the register.',
    ]);
  });

  it('as slides keeps its lists and tables', async () => {
    const text = 'Results\nNorth\nSouth\n\nThe mill\nRegion\tUnits\nNorth\t12';
    expect(await make(sources.talk, 'a.pptx')).toEqual({ text, codes: [] });
  });
});

describe.skipIf(latex === undefined)("an article typeset in LaTeX's oldest fonts", () => {
  it('keeps its accents, ligatures and hyphenated words', async () => {
    const command = [latex ?? '', '-interaction=batchmode', 'a.tex'] as const;
    const { text } = await read(
      await produce(await temporaryDirectory(), command, { 'a.tex': sources.article }, 'a.pdf'),
    );
    const words = text.replaceAll(/\s+/g, ' ');
    expect(words).toContain('The mill at Müller’s café');
    expect(words).toContain('Mañana, naïve, ça va, Škoda. The officials of the first office find five flat files.');
  });
});

describe.skipIf(ghostscript === undefined)('a PDF distilled by Ghostscript', () => {
  it('keeps its accents, spaced letters, rows and rotated text', async () => {
    const command = [ghostscript ?? '', '-q', '-dNOPAUSE', '-dBATCH', '-sDEVICE=pdfwrite', '-o', 'a.pdf', 'a.ps'];
    const pdf = await produce(
      await temporaryDirectory(),
      command as [string, ...string[]],
      { 'a.ps': sources.postscript },
      'a.pdf',
    );
    expect((await read(pdf)).text).toBe('The café at the mill\nSPREAD\nWheel\tPower\nUndershot\t12.5\n\nturned');
  });
});
