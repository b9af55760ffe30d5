import { fileURLToPath } from 'node:url';
import { ChainError, Client } from 'millrace';
import { afterAll, expect, test } from 'vitest';
import { isMainThread } from 'node:worker_threads';

const client = new Client();
const library = client.createPipeline('library', ['keyword-db']);
afterAll(() => client.close());

test('the test runs in a thread', () => {
  expect(isMainThread).toBe(false);
});

test('a chain is checked', () => {
  expect(() => client.createPipeline('two that do not fit', ['parser', 'vector-db'])).toThrow(ChainError);
});

test('a missing file is named', async () => {
  await expect(library.process('missing.txt')).rejects.toMatchObject({ code: 'validation' });
});

test('a file is processed and found', async () => {
  const file = { stream: new Blob(['Water turns the wheel.']).stream(), fileName: 'in-vitest.txt' };
  const { fileId } = await library.process(file, { localSaveDirectory: 'out' });
  const { items } = await library.keywordSearch('wheel', { fileIds: [fileId] });
  expect(items[0].hits.length).toBeGreaterThan(0);
});
