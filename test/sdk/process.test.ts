import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileId, hostedService, millraceService, runId } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

it('processes a file on a server of the hosted protocol and saves its output under the file id', async () => {
  const { client, paths } = await hostedService();
  const directory = await scratch();
  const file = await textFile(directory);
  const out = join(directory, 'out');

  const done = await client.createPipeline('notes', ['parser']).process(file, { localSaveDirectory: out });

  expect(done).toMatchObject({ requestId: runId, fileId, pipeline: 'notes', warnings: [] });
  expect(done.output).toEqual([{ snippet: 'It was a bright cold day.', line_numbers: [1] }]);
  expect(done.outputFiles).toEqual([join(out, `${fileId}.json`)]);
  expect(await readFile(join(out, `${fileId}.json`), 'utf8')).toContain('bright cold day');
  expect(await readdir(out)).toEqual([`${fileId}.json`]);
  expect(paths()).toEqual([
    '/v1',
    '/krixik-core-process',
    '/upload',
    '/krixik-core-process-status',
    '/krixik-core-fetch-output',
    '/download',
  ]);
});

it('waits on a server with /v1 by one request that the server holds back', async () => {
  const { client, paths } = await millraceService();
  const directory = await scratch();
  await client
    .createPipeline('notes', ['parser'])
    .process(await textFile(directory), { localSaveDirectory: directory });
  expect(paths()).toContain(`/v1/runs/${runId}?wait=25`);
  expect(paths()).not.toContain('/krixik-core-process-status');
});
