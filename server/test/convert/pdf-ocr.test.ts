import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { runModule } from '../modules/run-module.js';
import { drawPdf, linesAt, stream, text } from './make/draw-pdf.js';
import { readConverted } from './read-converted.js';

// the text in the picture
const english = 'The mill by the river\nopens at 7:30 on Monday.';
const jpeg = await readFile(new URL('../modules/images/mill-en.jpg', import.meta.url));
const size = { width: jpeg.readUInt16BE(sof(jpeg) + 7), height: jpeg.readUInt16BE(sof(jpeg) + 5) };
const components = jpeg[sof(jpeg) + 9] === 1 ? '/DeviceGray' : '/DeviceRGB';
const objects = {
  20: stream(
    jpeg,
    `/Type /XObject /Subtype /Image /Width ${size.width} /Height ${size.height} /ColorSpace ${components} /BitsPerComponent 8 /Filter /DCTDecode`,
  ),
};

function sof(bytes: Buffer): number {
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at + 1] === 0xc0 || bytes[at + 1] === 0xc2) return at;
  }
  throw new Error('Expected a frame in the JPEG');
}

/** Draws the picture across the page, rotated counter-clockwise about the center of the page. */
function scan(degrees = 0): string {
  const angle = (degrees * Math.PI) / 180;
  const width = 500;
  const height = (width * size.height) / size.width;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const x = 306 - (cos * width - sin * height) / 2;
  const y = 396 - (sin * width + cos * height) / 2;
  const matrix = [cos * width, sin * width, -sin * height, cos * height, x, y].map((value) => value.toFixed(4));
  return `q ${matrix.join(' ')} cm /Im Do Q\n`;
}

describe('a PDF with scanned pages', () => {
  it('is read by OCR only on these pages, and only their snippets have the source ocr', async () => {
    const pages = [text(72, 700, 'A page of text.'), scan(), '', text(72, 700, 'Another page.')];
    const {
      text: output,
      warnings,
      progress,
    } = await runModule('parser', drawPdf(pages, { objects }), { upload: 'a.pdf' });
    const items = JSON.parse(output) as { snippet: string; source?: string; confidence?: number }[];
    expect(items[0]).toEqual({ snippet: 'A page of text.', line_numbers: [1] });
    expect(items[1]).toMatchObject({ snippet: english, line_numbers: [2, 3], source: 'ocr' });
    expect(items[1]?.confidence).toBeGreaterThan(0.8);
    expect(items[1]?.confidence).toBeLessThanOrEqual(1);
    expect(items.at(-1)).toEqual({ snippet: 'Another page.', line_numbers: [expect.any(Number) as number] });
    expect(warnings).toEqual([
      {
        code: 'read-by-ocr',
        message: expect.stringMatching(
          /^The text on page 2 was read by OCR, with a mean confidence of \d\d%\.$/,
        ) as string,
        page: 2,
      },
    ]);
    // one page needs OCR
    expect(progress[0]).toEqual({ current: 0, total: 1 });
  });

  it('is read by OCR even where pages are rotated or skewed', async () => {
    const { text: read, warnings } = await readConverted(drawPdf([scan(90), scan(180), scan(4)], { objects }));
    expect(read.match(/The mill by the river/g)).toHaveLength(3);
    expect(warnings.map(({ code, message }) => [code, message.replace(/\d\d%/, '…%')])).toEqual([
      ['read-by-ocr', 'The text on pages 1–3 was read by OCR, with a mean confidence of …%.'],
      ['page-turned', 'The text on pages 1–2 was not upright, and was rotated for OCR.'],
    ]);
  });

  it('keeps the text of a stamp, and adds the text of the picture', async () => {
    const { text: read } = await readConverted(drawPdf([scan() + text(72, 30, 'Case 2024-1l7')], { objects }));
    // 500 of 612 points wide, but less than half as high as the page
    expect(read).toBe('Case 2024-1l7');
    const large = scan().replace('q ', 'q 1.2 0 0 3 -61 -780 cm ');
    const stamped = await readConverted(drawPdf([large + text(72, 30, 'Case 2024-1l7')], { objects }));
    expect(stamped.text).toMatch(/^Case 2024-1l7\n+/);
    expect(stamped.text).toContain('opens at 7:30');
  });

  it('is read in several languages at once, but not in a language that is not installed', async () => {
    const bytes = drawPdf([text(72, 700, 'A page of text.'), scan()], { objects });
    const both = await readConverted(bytes, { ocr: { language: 'eng+spa' } });
    expect(both.text).toContain(english);
    const missing = await readConverted(bytes, { ocr: { language: 'eng+tlh' } });
    expect(missing.text).toBe('A page of text.');
    expect(missing.warnings).toEqual([
      {
        code: 'page-without-text',
        message: expect.stringContaining(
          'There is no text on page 2, only an image. The OCR language "tlh" is not installed',
        ) as string,
        page: 2,
      },
    ]);
    await expect(readConverted(bytes, { ocr: { ocr: 'always', language: 'tlh' } })).rejects.toThrow('is not installed');
  });

  it('is read by OCR on every page with always, and on no page with never', async () => {
    const bytes = drawPdf([linesAt(72, 700, ['A page of text.']), scan()], { objects });
    const always = await readConverted(bytes, { ocr: { ocr: 'always' } });
    expect(always.warnings).toMatchObject([
      { code: 'read-by-ocr', message: expect.stringContaining('pages 1–2') as string },
    ]);
    const never = await readConverted(bytes, { ocr: { ocr: 'never' } });
    expect(never.text).toBe('A page of text.');
    expect(never.warnings).toMatchObject([{ code: 'page-without-text', page: 2 }]);
  });

  it('may have pages of any size', async () => {
    const pages = [text(72, 700, 'A page of text.'), { content: scan(), entries: '/MediaBox [0 0 1000000 2]' }];
    const { text: read, warnings } = await readConverted(drawPdf(pages, { objects }));
    expect(read).toBe('A page of text.');
    expect(warnings).toMatchObject([{ code: 'page-without-text', page: 2 }]);
  });

  it('is rejected with the reason if OCR finds no text', async () => {
    await expect(readConverted(drawPdf(['10 10 m 500 10 l S']))).rejects.toThrow('OCR found nothing more.');
  });
});

it.for([
  ['ocr', 'sometimes', 'Expected the parameter ocr to be auto, never or always, got "sometimes".'],
  ['ocr_languages', '../eng', 'Expected the parameter ocr_languages to be Tesseract languages'],
])('rejects the parameter %s with the value %j', async ([name = '', value = '', message = '']) => {
  const run = runModule('keyword-db', drawPdf(['']), { upload: 'a.pdf', params: { [name]: value } });
  await expect(run).rejects.toThrow(ModuleError);
  await expect(run).rejects.toThrow(message);
});
