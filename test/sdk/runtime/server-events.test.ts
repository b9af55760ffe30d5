import { expect, it } from 'vitest';
import { ServerSentEventParser } from 'millrace/shared/runtime/server-events.js';

const text = 'event: run\nid: 1\ndata: x\ndata: y\n\n: a comment\n\ndata: z\n\n\ndata: last\n\ndata: not all of';
const events = [
  { name: 'run', id: '1', data: 'x\ny' },
  { name: 'message', id: undefined, data: 'z' },
  { name: 'message', id: undefined, data: 'last' },
];

it.each([1, 2, 3, 5, 7, text.length])('parses a stream in chunks of %i characters', (length) => {
  const parser = new ServerSentEventParser();
  const parsed = [];
  for (let start = 0; start < text.length; start += length)
    parsed.push(...parser.push(text.slice(start, start + length)));
  expect(parsed).toEqual(events);
});
