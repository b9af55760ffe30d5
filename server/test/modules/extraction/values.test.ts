import { expect, it } from 'vitest';
import { resolveModules } from '../../../src/http/hosted/resolve-modules.js';
import { createModuleCatalogue } from '../../../src/module-contract/module-catalogue.js';
import { checkBuiltinParams } from '../../../src/modules/check-params.js';
import { mergeFields, toField, getValue } from '../../../src/modules/extract/merge-fields.js';
import { parseNumber } from '../../../src/modules/extract/response/numbers.js';
import { parseSchema } from '../../../src/modules/extract/schema/schema-node.js';
import { extractFrom, invoice, startServerWith } from './extract-from.js';

it.for<[string, number[]]>([
  ['$1,234.00', [1234]],
  ['(12,50) EUR', [-12.5]],
  ['12.50-', [-12.5]],
  ['US$ -5', [-5]],
  ['CHF 1’234.50', [1234.5]],
  ['1 234 567,89 €', [1234567.89]],
  ['.5', [0.5]],
  ['1,234', [1234, 1.234]],
  ['3.5 bn', []],
  ['12k', []],
  ['INV-0012', []],
  ['<5', []],
  ['5 10', []],
  ["5'10", []],
  ['5%', []],
  ['1,234¹', []],
  ['12.-', []],
  ['(5', []],
])('reads %s as the numbers that it can mean', ([text, numbers]) => {
  expect(parseNumber(text)).toEqual(numbers);
});

it('keeps the digits of an identifier that a model writes without quotes', async () => {
  const server = await startServerWith(
    '{"value": {"account": 12345678901234567890, "zip": 01067, "total": 007, "year": 2026}}',
  );
  const properties = {
    account: { type: 'string' },
    zip: { type: 'string' },
    total: { type: 'number' },
    year: { type: 'integer' },
  };
  const { result } = await extractFrom(invoice, server, { params: { schema: { type: 'object', properties } } });
  expect(result.value).toEqual({ account: '12345678901234567890', zip: '01067', total: 7, year: 2026 });
});

it('keeps the digits of an unquoted text field, and parses those of a number field', async () => {
  const server = await startServerWith(
    '{"value": {"version": 1.50, "phone": +34600, "size": 0.10, "grade": 2.0, "price": 1.50, "any": 2.50, "parts": [1.10, 2.00], "of": 1.0}}',
    '{"value": {"of": {"a": 7.00}}}',
  );
  const [text, price] = [{ type: 'string' }, { type: 'number' }];
  const properties = {
    ...{ version: text, phone: text, size: text, grade: { enum: ['1.0', '2.0'] }, price },
    ...{ any: { type: ['string', 'number'] }, parts: { type: 'array', items: text } },
  };
  const { result } = await extractFrom(invoice, server, { params: { schema: { type: 'object', properties } } });
  expect(result.value).toEqual({
    ...{ version: '1.50', phone: '+34600', size: '0.10', grade: '2.0', price: 1.5, any: 2.5, parts: ['1.10', '2.00'] },
  });
  // a number is not an object
  const inner = { type: 'object', properties: { of: { type: 'object', properties: { a: text } } } };
  server.requests.length = 0;
  const repaired = await extractFrom(invoice, server, { params: { schema: inner } });
  expect(repaired.result.value).toEqual({ of: { a: '7.00' } });
  expect(JSON.stringify(server.requests[1]?.json)).toContain('of: 1 is not an object');
});

it('records the order of the fields of a schema, whatever their names, and leaves its data unchanged', () => {
  const inner = { type: 'object', properties: { b: { type: 'string' }, a: { type: 'string' } } };
  const data = { properties: { z: 1, y: 2 } };
  const schema = {
    type: 'object',
    default: data,
    properties: { properties: inner, items: { type: 'array', items: inner }, enum: { enum: ['x'], examples: [data] } },
    $defs: { properties: inner },
  };
  const modules = createModuleCatalogue([], new Map(), checkBuiltinParams);
  const [selection] = resolveModules(modules, ['extract'], { module_1: { params: { schema } } });
  const ordered = { ...inner, propertyOrdering: ['b', 'a'] };
  expect(selection?.params['schema']).toEqual({
    ...schema,
    properties: {
      properties: ordered,
      items: { type: 'array', items: ordered },
      enum: schema.properties.enum,
    },
    $defs: { properties: ordered },
    propertyOrdering: ['properties', 'items', 'enum'],
  });
});

it('merges rows without positions only where one part ends and the next begins', () => {
  const node = parseSchema({ type: 'array', items: { type: 'object', properties: { text: { type: 'string' } } } });
  const part = (...texts: string[]) =>
    toField(
      node,
      texts.map((text) => ({ text })),
      new Map(),
    );
  const merge = (...parts: ReturnType<typeof part>[]) =>
    (getValue(mergeFields(parts, () => undefined)) as { text: string }[]).map(({ text }) => text).join('');
  expect(merge(part('a', 'b', 'c'), part('b', 'c', 'd'), part('d'))).toBe('abcd');
  expect(merge(part('a', 'b', 'c'), part('d', 'b', 'a'))).toBe('abcdba');
});
