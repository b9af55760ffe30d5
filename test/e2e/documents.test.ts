import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, isMillraceError } from 'millrace';
import {
  makeDocx,
  makeLockedPdf,
  makePdf,
  makePptx,
  paragraph,
} from '../../server/test/convert/make/make-documents.js';
import { bytes, startLocalServer, type LocalServer } from '../support/local-server.js';

let server: LocalServer;
let client: Client;

beforeAll(async () => {
  server = await startLocalServer();
  client = server.connect();
});

afterAll(() => server.close());

describe('an uploaded document', () => {
  const pdf = makePdf([['The mill', 'by the river'], ['turns and turns.']]);

  test('is searched by keyword (PDF)', async () => {
    const pipeline = client.createPipeline('documents', ['keyword-db']);
    const { fileId } = await pipeline.process(pdf, { fileName: 'mill.pdf', localSaveDirectory: server.out });
    const { items } = await pipeline.keywordSearch('turns', { fileIds: [fileId] });
    expect(items[0]?.hits).toMatchObject([
      { keyword: 'turns', lineNumber: 3, keywordNumber: 1 },
      { keyword: 'turns', lineNumber: 3, keywordNumber: 3 },
    ]);
  });

  test.each<[string, Uint8Array]>([
    ['mill.docx', makeDocx(paragraph('The mill turns.') + paragraph('And turns.'))],
    ['mill.pptx', makePptx([['The mill turns.', 'And turns.']])],
    ['mill.html', bytes('<!doctype html><p>The <b>mill</b> turns.<br>And turns.')],
    ['mill.md', bytes('The *mill* turns.\nAnd turns.\n')],
    ['mill.txt', bytes('The mill turns.\nAnd turns.')],
  ])('is split into sentences (%s)', async (fileName, content) => {
    const pipeline = client.createPipeline('sentences', ['parser']);
    const { output } = await pipeline.process(content, { fileName, localSaveDirectory: server.out });
    expect(output).toEqual([
      { snippet: 'The mill turns.', line_numbers: [1] },
      { snippet: 'And turns.', line_numbers: [2] },
    ]);
  });

  test('fails with the reason if it is password-protected', async () => {
    const pipeline = client.createPipeline('locked', ['parser']);
    const failed = await pipeline.process(makeLockedPdf(), { fileName: 'locked.pdf' }).catch((error: unknown) => error);
    expect(isMillraceError(failed, 'process_failed')).toBe(true);
    expect((failed as Error).message).toContain('The PDF is password-protected');
  });
});
