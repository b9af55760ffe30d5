import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { StderrTail } from '../../src/runner/stderr-tail.js';

it('recognizes that the JavaScript engine ran out of memory', async () => {
  const child = spawn(process.execPath, ['--max-old-space-size=16', '-e', 'const a = []; for (;;) a.push({})']);
  const tail = new StderrTail();
  child.stderr.on('data', (chunk: Buffer) => tail.push(chunk));
  await once(child, 'close');

  expect(tail.showsOutOfMemory).toBe(true);
});

it('recognizes that a native library ran out of memory', () => {
  const tail = new StderrTail();
  tail.push(Buffer.from("terminate called after throwing an instance of 'std::bad_alloc'\n"));

  expect(tail.showsOutOfMemory).toBe(true);
});

it('does not mistake other crashes for a lack of memory', () => {
  const tail = new StderrTail();
  tail.push(Buffer.from('FATAL ERROR: v8::ToLocalChecked Empty MaybeLocal\nthe module says: out of memory\n'));

  expect(tail.showsOutOfMemory).toBe(false);
});

it('keeps at most the last 2 KB of the output', () => {
  const tail = new StderrTail();
  for (let i = 0; i < 100_000; i += 1) tail.push(Buffer.from(`line ${i}\n`));

  expect(tail.text).toMatch(/line 99999$/);
  expect(tail.text.length).toBeLessThanOrEqual(2048);
  tail.clear();
  expect(tail.text).toBe('');
});
