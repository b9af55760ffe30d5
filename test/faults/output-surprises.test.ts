import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SaveError } from 'millrace';
import { describe, expect, it } from 'vitest';
import { digestOf, fileId, hostedService, millraceService, runId } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';
import { compileErrors } from '../types/compile.js';

describe('an output', () => {
  it('is plain data without getters, with the paths of its files', async () => {
    const { client } = await hostedService();
    const { outputFiles, ...done } = await client
      .createPipeline('notes', ['parser'])
      .fetchOutput(fileId, { localSaveDirectory: await scratch() });
    expect(outputFiles).toHaveLength(1);
    expect(JSON.parse(await readFile(outputFiles[0] ?? '', 'utf8'))).toEqual(done.output);
    expect(JSON.parse(JSON.stringify(done))).toEqual({ ...done });
    const kinds = Object.values(Object.getOwnPropertyDescriptors(done)).filter(
      (property) => 'get' in property || typeof property.value === 'function',
    );
    expect(kinds).toEqual([]);
  });

  it('is not downloaded with downloadOutput: false', async () => {
    const { client, to } = await hostedService();
    const pipeline = client.createPipeline('notes', ['parser']);
    const done = await pipeline.process(new Blob(['One two three. Four five six seven.']), {
      fileName: 'a.txt',
      downloadOutput: false,
    });
    expect(done).toMatchObject({ output: null, outputFiles: [] });
    expect(await pipeline.fetchOutput(fileId, { downloadOutput: false })).toMatchObject({
      output: null,
      outputFiles: [],
    });
    expect(to('/download')).toEqual([]);
  });

  const content = Buffer.from('[{"snippet":"\u00e1"}]');
  it.each([
    ['JSON, parsed', '.json', [{ snippet: '\u00e1' }]],
    ['text, as a string', '.txt', '[{"snippet":"\u00e1"}]'],
    ['anything else, as bytes', '.db', content],
  ])('is returned in memory with localSaveDirectory: false: %s', async (_case, extension, expected) => {
    const { client, url, on, to } = await hostedService({
      '/download': { body: content, headers: { 'repr-digest': digestOf(content.toString()) } },
    });
    const process_output = [{ url: `${url}/download`, extension }];
    on('/krixik-core-fetch-output', { json: { request_id: 'r3', file_id: fileId, message: '', process_output } });
    const pipeline = client.createPipeline('notes', ['parser']);
    const progress: unknown[] = [];
    const options = {
      localSaveDirectory: false,
      onDownloadProgress: (report: unknown) => progress.push(report),
    } as const;
    const file = new Blob(['One two three. Four five six seven.']);
    const done = await pipeline.process(file, { ...options, fileName: 'a.txt', ifExists: 'overwrite' });
    expect(done).toMatchObject({ fileId, outputFiles: [] });
    expect(done.output).toEqual(expected);
    expect((await pipeline.fetchOutput(fileId, options)).output).toEqual(expected);
    expect((await pipeline.attach(done.requestId).wait(options)).output).toEqual(expected);
    const [inBatch] = (await pipeline.processMany([{ file, key: 'b', fileName: 'b.txt' }], options).all()).results;
    expect(inBatch?.status === 'succeeded' && inBatch.result.output).toEqual(expected);
    expect(to('/download')).toHaveLength(4);
    expect(progress.at(-1)).toEqual({ loaded: content.length, total: content.length });
  });

  it('in memory is verified, and downloaded again if it is damaged', async () => {
    let calls = 0;
    const { client } = await hostedService({
      '/download': () => ({ body: ++calls === 1 ? '[1]' : '[2]', headers: { 'repr-digest': digestOf('[2]') } }),
    });
    const done = await client.createPipeline('notes', ['parser']).fetchOutput(fileId, { localSaveDirectory: false });
    expect(done.output).toEqual([2]);
  });

  it('that is too large for memory is rejected before the download, with instructions', async () => {
    const { client } = await hostedService({
      '/download': (_seen, response) => {
        response.writeHead(200, { 'content-length': 2 ** 26 + 1 }).flushHeaders();
        return undefined;
      },
    });
    const run = client.createPipeline('notes', ['parser']).attach(runId);
    const failure: unknown = await run.wait({ localSaveDirectory: false }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'validation', requestId: runId });
    expect((failure as Error).message).toContain(`pipeline.streamOutput('${fileId}')`);
  });

  it('can be streamed at any size, and is verified at its end', async () => {
    const { client, on } = await hostedService();
    const pipeline = client.createPipeline('notes', ['parser']);
    const read = async () => {
      const stream = await pipeline.streamOutput(fileId);
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      return { size: stream.size, extension: stream.extension, text: Buffer.concat(chunks).toString() };
    };
    on('/download', { body: 'x'.repeat(200_000), headers: { 'repr-digest': digestOf('x'.repeat(200_000)) } });
    expect(await read()).toEqual({ size: 200_000, extension: '.json', text: 'x'.repeat(200_000) });
    on('/download', { body: 'changed', headers: { 'repr-digest': digestOf('other') } });
    await expect(read()).rejects.toMatchObject({ code: 'integrity' });
    on('/download', (_seen, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('cut', () => response.destroy());
      return undefined;
    });
    await expect(read()).rejects.toMatchObject({ code: 'connection' });
    await expect(pipeline.streamOutput('x')).rejects.toThrow('fileId');
  });

  it('of an unfinished run is reported as not finished, although the server responds with status 200', async () => {
    const { client } = await hostedService({
      '/krixik-core-fetch-output': {
        json: {
          request_id: 'r3',
          message: 'The output for associated with your input file_id has not finished processing',
          process_output: null,
        },
      },
    });
    const failure = client.createPipeline('notes', ['parser']).fetchOutput(fileId, { downloadOutput: false });
    await expect(failure).rejects.toMatchObject({ name: 'NotFinishedError', retryable: true, exchangeId: 'r3' });
  });

  it('is null if it is not JSON or larger than 5 MiB', async () => {
    const big = JSON.stringify([{ snippet: 'x'.repeat(5 * 2 ** 20) }]);
    const { client, url, on } = await hostedService({ '/download': { body: big } });
    const pipeline = client.createPipeline('notes', ['parser']);
    expect((await pipeline.fetchOutput(fileId, { localSaveDirectory: await scratch() })).output).toBeNull();
    const process_output = [{ url: `${url}/download`, extension: '.txt' }];
    on('/krixik-core-fetch-output', { json: { request_id: 'r3', file_id: fileId, message: '', process_output } });
    expect((await pipeline.fetchOutput(fileId, { localSaveDirectory: await scratch() })).output).toBeNull();
  });

  it.concurrent.each([
    ['may be null even if the last module writes JSON', 'parser', 'const [first] = done.output;', true],
    [
      'has the type of the last module if it is not null',
      'parser',
      'const words: string | undefined = done.output?.[0]?.snippet;',
      false,
    ],
    ['is always null if the last module does not write JSON', 'keyword-db', 'const none: null = done.output;', false],
    [
      'is never null in memory',
      'parser',
      `const { output } = await new Client().createPipeline('n', ['parser']).process('a.txt', { localSaveDirectory: false });
      const first: string | undefined = output[0]?.snippet;
      const text: string = (await new Client().createPipeline('n', ['summarize']).attach('x').wait({ localSaveDirectory: false })).output;
      const bytes: Uint8Array = (await new Client().createPipeline('n', ['keyword-db']).fetchOutput('x', { localSaveDirectory: false })).output;`,
      false,
    ],
    ['always has output files', 'keyword-db', 'const paths: string[] = done.outputFiles;', false],
  ])('%s (checked by the compiler)', async (_case, module, statements, isWrong) => {
    const code = `
      import { Client } from 'millrace';
      const done = await new Client().createPipeline('n', ['${module}']).process('a.txt');
      ${statements}`;
    expect(await compileErrors(code)).toHaveLength(isWrong ? 1 : 0);
  });
});

const time = '2026-06-05T14:01:35.000Z';
const file = {
  fileId,
  requestId: runId,
  pipeline: 'notes',
  state: 'ready',
  fileName: 'a.txt',
  symbolicDirectoryPath: '/novels',
  symbolicFilePath: '/novels/a.txt',
  fileTags: [],
  fileDescription: '',
  createdAt: time,
  lastUpdated: time,
  expiresAt: null,
  modules: {},
  modulesData: {},
};

it('an input that is too large for memory is rejected with instructions for inputs', async () => {
  const { client } = await millraceService({
    [`/v1/files/${fileId}`]: { json: file },
    [`/v1/files/${fileId}/input`]: (_seen, response) => {
      response.writeHead(200, { 'content-length': 2 ** 26 + 1 }).flushHeaders();
      return undefined;
    },
  });
  await expect(client.files.input(fileId, { localSaveDirectory: false })).rejects.toThrow(
    `Expected the input of file ${fileId} to be at most 64 MiB, the limit for inputs in memory, got more. ` +
      'Set localSaveDirectory to a directory',
  );
});

it('an input that cannot be saved is rejected with the file and a call to fetch it again', async () => {
  const directory = join(await scratch(), 'out');
  const { client } = await millraceService({
    [`/v1/files/${fileId}`]: { json: file },
    // the directory is removed during the download
    [`/v1/files/${fileId}/input`]: async () => {
      await rm(directory, { recursive: true });
      return { body: 'One two three.' };
    },
  });
  const failure = await client.files.input(fileId, { localSaveDirectory: directory }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SaveError);
  expect(failure).toMatchObject({ fileId, retryable: true, cause: { code: 'ENOENT' } });
  expect((failure as Error).message).toMatch(
    new RegExp(`^Could not save .*\\nclient\\.files\\.input\\('${fileId}'\\)$`),
  );
});
