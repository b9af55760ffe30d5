import { describe, expect, it } from 'vitest';
import { drawPdf, linesAt, stream } from '../../convert/make/draw-pdf.js';
import {
  extractFrom,
  invoice,
  invoiceSchema,
  invoiceValue,
  responseOf,
  startServerWith,
  type Quotes,
} from './extract-from.js';

const joinPages = (...texts: readonly string[]): string => texts.join('\f');

describe('a citation', () => {
  it.for<[string, Quotes]>([
    ['that is literal', { total: ['Total due: $1,250.50'] }],
    ['with different spaces', { total: ['Total   due:\n$1,250.50'] }],
    ['in a different case', { total: ['TOTAL DUE: $1,250.50'] }],
    ['with its number in another notation', { total: ['Total due 1250.5'] }],
    ['with an ellipsis', { total: ['Total … 1,250.50'] }],
    ['that is not in the text, by the value', { total: ['The sum is 1250.50 dollars'] }],
    ['that is missing, by the value', {}],
  ])('is found in the text from a quotation %s', async ([, quotes]) => {
    const server = await startServerWith(responseOf({ ...invoiceValue, lines: [] }, quotes));
    const { result, codes } = await extractFrom(joinPages('A cover page.', invoice), server);
    expect(result.citations['total']).toEqual([{ page: 2, quote: expect.stringContaining('1,250.50') as string }]);
    expect(result.citations['date']).toEqual([{ page: 2, quote: '3 April 2026' }]);
    expect(codes).toEqual([]);
  });

  it('does not use the page numbers of the model, or a quotation that does not contain the value', async () => {
    const server = await startServerWith({
      value: invoiceValue,
      citations: [
        { field: 'number', quotes: ['Date: 3 April 2026'], page: 7 },
        { field: 'lines[0].amount', quotes: ['One wheel\t16.50'], page: 9 },
      ],
    });
    const { result } = await extractFrom(joinPages('A cover page.', invoice, 'One wheel turns.'), server);
    expect(result.value).toEqual(invoiceValue);
    expect(result.citations['number']).toEqual([{ page: 2, quote: 'INV-0417' }]);
    expect(result.citations['lines[0].amount']).toEqual([{ page: 2, quote: '1,234.00' }]);
    expect(result.citations['lines[1].text']).toEqual([{ page: 2, quote: 'One wheel' }]);
  });

  it('is found by its row if the value is in the text several times', async () => {
    const text = joinPages('Red bolt\t7\t10.00\nBlue bolt\t7\t20.00', 'Red nut\t7\t20.00\nBlue nut\t7\t10.00');
    const rows = [
      { text: 'Blue bolt', amount: 20 },
      { text: 'Blue nut', amount: 10 },
    ];
    const server = await startServerWith(responseOf({ lines: rows }, { 'lines.amount': ['20.00', '10.00'] }));
    const { result } = await extractFrom(text, server);
    expect(result.citations['lines[0].amount']).toEqual([{ page: 1, quote: '20.00' }]);
    expect(result.citations['lines[1].amount']).toEqual([{ page: 2, quote: '10.00' }]);
  });

  it('is missing, with a warning, if the value is not in the text; if it is required, the value is null', async () => {
    const server = await startServerWith(
      responseOf({ ...invoiceValue, number: 'INV-9999' }, { number: ['Invoice INV-9999'] }),
    );
    const { result, warnings } = await extractFrom(invoice, server);
    expect(result.value).toMatchObject({ number: 'INV-9999' });
    expect(result.citations).not.toHaveProperty('number');
    expect(result.citations['total']).toEqual([{ line: 5, quote: '1,250.50' }]);
    expect(warnings).toEqual([
      {
        code: 'not-grounded',
        message: 'Not found in the text: number ("INV-9999"). Check them.',
      },
    ]);
    const strict = await extractFrom(invoice, server, { params: { grounded: 'required' } });
    expect(strict.result.value).toMatchObject({ number: null, total: 1250.5 });
    expect(strict.codes).toEqual(['not-grounded', 'missing-field']);
  });

  it('has the index of the item if the input is a list of items', async () => {
    const items = invoice.split('\n').map((snippet) => ({ snippet }));
    const server = await startServerWith(responseOf(invoiceValue));
    const { result } = await extractFrom(JSON.stringify(items), server, { upload: 'items.json' });
    expect(result.citations['date']).toEqual([{ item: 1, quote: '3 April 2026' }]);
  });
});

describe('a field that is not in the text', () => {
  it('is null, with a warning if the schema requires it', async () => {
    const server = await startServerWith(responseOf({ ...invoiceValue, number: 'n/a', total: null }));
    const { result, warnings } = await extractFrom(invoice, server);
    expect(result.value).toEqual({ ...invoiceValue, number: null, total: null });
    expect(warnings).toEqual([
      { code: 'missing-field', message: 'Required fields are null: number, total. They were not found in the text.' },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('has a warning with the pages that could not be read', async () => {
    const image = stream(
      '\xff',
      '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8',
    );
    const pages = [linesAt(72, 700, invoice.split('\n').slice(0, 2)), 'q 612 0 0 792 0 0 cm /Im Do Q'];
    const pdf = drawPdf(pages, { objects: { 20: image } });
    const server = await startServerWith(responseOf({ ...invoiceValue, total: null, lines: [] }));
    const ran = await extractFrom(pdf, server, { upload: 'invoice.pdf', params: { ocr: 'never' } });
    expect(ran.result.citations['number']).toEqual([{ page: 1, quote: 'INV-0417' }]);
    expect(ran.warnings.find(({ code }) => code === 'page-not-read')).toEqual({
      code: 'page-not-read',
      message: 'Required fields are null: total. They may be in content that could not be read: page 2.',
      page: 2,
    });
  });
});

it('fails before any request if the schema or maxRequests is invalid', async () => {
  const server = await startServerWith('');
  const failing = async (schema: object, more: object = {}) =>
    extractFrom(invoice, server, { params: { schema: schema as typeof invoiceSchema, ...more } });
  await expect(failing({ type: 'string' })).rejects.toThrow('Expected schema to describe an object or a list');
  await expect(failing({ type: 'object', additionalProperties: { type: 'string' } })).rejects.toThrow(
    'name the fields of its root',
  );
  const tree = { type: 'object', properties: { child: { $ref: '#' } } };
  await expect(failing(tree)).rejects.toThrow('contain no recursive references, got # at child.child');
  const [text, object] = [{ type: 'string' }, { type: 'object', properties: { b: { type: 'string' } } }];
  const variants = [text, object].map((a) => ({ type: 'object', properties: { a } }));
  await expect(failing({ anyOf: variants })).rejects.toThrow('only single values at a, got a mixture of them');
  await expect(failing(invoiceSchema, { maxRequests: 0 })).rejects.toThrow(
    'Expected maxRequests to be between 1 and 10000, got 0',
  );
  expect(server.requests).toHaveLength(0);
});
