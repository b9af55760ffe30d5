import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isMillraceError } from 'millrace';
import { expect, it } from 'vitest';
import { apiKey, fileId, hostedService, millraceService, runId, runRecord } from '../sdk/support/hosted-service.js';
import { scratch, textFile } from '../sdk/support/scratch.js';

const built = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

/** Runs the last line of the error message in another process. */
async function continueInProcess(
  url: string,
  directory: string,
  line: string,
): Promise<{ fileId: string; outputFiles: string[] }> {
  const program = `
const { Client } = require(${JSON.stringify(built)});
const client = new Client({ apiUrl: ${JSON.stringify(url)}, apiKey: '${apiKey}' });
const pipeline = client.createPipeline('notes', ['parser']);
(async () => console.log(JSON.stringify(await ${line})))();
`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { cwd: directory });
  return JSON.parse(stdout) as { fileId: string; outputFiles: string[] };
}

const status = (done: boolean) => ({
  json: {
    request_id: 'r',
    file_id: fileId,
    process_status: { module_1: done },
    failure_status: null,
    message: 'SUCCESS: process_status found',
  },
});

it.each([
  ['millrace', millraceService],
  ['hosted', hostedService],
] as const)('after a wait timeout, another process gets the result of the run (%s server)', async (_name, service) => {
  let isDone = false;
  const { client, url, paths } = await service({
    '/v1/runs': () => ({
      headers: { 'millrace-sequence': '1' },
      json: runRecord({ state: isDone ? 'completed' : 'running' }),
    }),
    '/krixik-core-process-status': () => status(isDone),
  });
  const directory = await scratch();
  const failure = await client
    .createPipeline('notes', ['parser'])
    .process(await textFile(directory), { waitTimeout: 200, pollInterval: 50, localSaveDirectory: directory })
    .catch((error: unknown) => error);
  if (!isMillraceError(failure, 'wait_timeout')) throw failure;
  expect(failure).toMatchObject({ requestId: runId, fileId, lastStatus: { state: 'running' } });
  expect(paths().filter((path) => /delete|cancel/.test(path))).toEqual([]);
  isDone = true;
  const line = failure.message.split('\n').at(-1) ?? '';
  const done = await continueInProcess(url, directory, line);
  expect(done.fileId).toBe(fileId);
  expect(JSON.parse(await readFile(done.outputFiles[0] ?? '', 'utf8'))).toHaveLength(1);
});
