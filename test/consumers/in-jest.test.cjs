const crypto = require('node:crypto');
const { ChainError, Client } = require('millrace');

const client = new Client();
const library = client.createPipeline('library', ['keyword-db']);
afterAll(() => client.close());

test('a chain is checked', () => {
  expect(() => client.createPipeline('two that do not fit', ['parser', 'vector-db'])).toThrow(ChainError);
});

test('a missing file is named', async () => {
  await expect(library.process('missing.txt')).rejects.toMatchObject({ code: 'validation' });
});

test('a file is processed and found', async () => {
  const water = Buffer.from('Water turns the wheel.');
  const { fileId } = await library.process(water, {
    fileName: `${crypto.randomUUID()}.txt`,
    localSaveDirectory: 'out',
  });
  const { items } = await library.keywordSearch('wheel', { fileIds: [fileId] });
  expect(items[0].hits.length).toBeGreaterThan(0);
});
