import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('./leaving-program.ts', import.meta.url));

it('a program whose failures nobody looks at goes on, and ends by itself with nothing left behind', async () => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program],
    { timeout: 50_000 },
  );
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    states: ['failed', 'failed', 'completed', 'failed', 'cancelled', 'completed'],
    timers: 0,
    listeners: 0,
  });
});
