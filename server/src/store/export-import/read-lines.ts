import type { Readable } from 'node:stream';

/** Lines that end in a line feed and nothing else: `node:readline` also ends one at U+2028, which JSON text may hold. */
export async function* readLines(input: Readable): AsyncGenerator<string, undefined> {
  input.setEncoding('utf8');
  let rest = '';
  for await (const chunk of input as AsyncIterable<string>) {
    const parts = chunk.split('\n');
    parts[0] = rest + (parts[0] ?? '');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}
