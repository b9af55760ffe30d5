import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { fileId, hostedService, millraceService, runId, runRecord } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

it('processes a file on a server of the hosted protocol and saves its output under the file ID', async () => {
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

it('returns the warnings of the modules, after those of the server itself', async () => {
  const page = { code: 'blank-page', message: 'It is blank.', module: 'parser', page: 3 };
  const warnings = [page, { code: 'more-warnings', message: '… and 3 more warnings', module: null }];
  const service = await millraceService({
    '/krixik-core-process': () => ({
      json: {
        request_id: runId,
        file_id: fileId,
        presigned_post_url_results: { url: `${service.url}/upload`, fields: {} },
        warnings: ['The disk is old.'],
      },
    }),
    '/v1/runs': { json: runRecord({ state: 'completed', warnings, warningCount: 4 }) },
  });
  const { client } = service;
  const file = await textFile(await scratch());
  const serverWarning = { code: 'server', message: 'The disk is old.', module: null };
  for (const options of [{ downloadOutput: false }, { localSaveDirectory: false as const }]) {
    const done = await client.createPipeline('notes', ['parser']).process(file, options);
    expect(done.warnings).toEqual([serverWarning, ...warnings]);
  }
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await client.createPipeline('notes', ['parser']).process(file, { downloadOutput: false, verbose: true });
    const lines = written.mock.calls.map(([text]) => String(text)).filter((line) => line.includes('warning'));
    expect(lines).toEqual([
      'notes: warning: The disk is old. [server]\n',
      'notes: warning: parser, page 3: It is blank. [blank-page]\n',
      'notes: warning: … and 3 more warnings\n',
    ]);
  } finally {
    written.mockRestore();
  }
});

it('waits for a run with a single long-polling request on a server with /v1', async () => {
  const { client, paths } = await millraceService();
  const directory = await scratch();
  await client
    .createPipeline('notes', ['parser'])
    .process(await textFile(directory), { localSaveDirectory: directory });
  expect(paths()).toContain(`/v1/runs/${runId}?wait=25`);
  expect(paths()).not.toContain('/krixik-core-process-status');
});
