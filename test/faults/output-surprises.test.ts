import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fileId, hostedService } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';
import { complaints } from '../types/compile.js';

describe('output surprises: here', () => {
  it('a result is plain data, all of it there, and its files are named', async () => {
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

  it.each([{ localSaveDirectory: false as const }, { downloadOutput: false }])(
    'downloads nothing with %o',
    async (options) => {
      const { client, to } = await hostedService();
      const done = await client.createPipeline('notes', ['parser']).fetchOutput(fileId, options);
      expect(done).toMatchObject({ output: null, outputFiles: [] });
      expect(to('/download')).toEqual([]);
    },
  );

  it('says what a file that is not finished is, though the server answers 200', async () => {
    const { client } = await hostedService({
      '/krixik-core-fetch-output': {
        json: {
          request_id: 'r3',
          message: 'The output for associated with your input file_id has not finished processing',
          process_output: null,
        },
      },
    });
    const failure = client.createPipeline('notes', ['parser']).fetchOutput(fileId, { localSaveDirectory: false });
    await expect(failure).rejects.toMatchObject({ name: 'NotFinishedError', retryable: true, requestId: 'r3' });
  });

  it('gives null instead of an output that is not JSON or larger than 5 MB', async () => {
    const big = JSON.stringify([{ snippet: 'x'.repeat(5 * 2 ** 20) }]);
    const { client, url, on } = await hostedService({ '/download': { body: big } });
    const pipeline = client.createPipeline('notes', ['parser']);
    expect((await pipeline.fetchOutput(fileId, { localSaveDirectory: await scratch() })).output).toBeNull();
    const process_output = [{ url: `${url}/download`, extension: '.txt' }];
    on('/krixik-core-fetch-output', { json: { request_id: 'r3', file_id: fileId, message: '', process_output } });
    expect((await pipeline.fetchOutput(fileId, { localSaveDirectory: await scratch() })).output).toBeNull();
  });

  it.each([
    ['may be null, even where the last module writes JSON', 'parser', 'const [first] = done.output;', true],
    [
      'has a type of its own where it is there',
      'parser',
      'const words: string | undefined = done.output?.[0]?.snippet;',
      false,
    ],
    [
      'is null and nothing else where the last module writes none',
      'keyword-db',
      'const none: null = done.output;',
      false,
    ],
    ['has files beside it in every case', 'keyword-db', 'const paths: string[] = done.outputFiles;', false],
  ])('the compiler knows that an output %s', (_what, module, use, isWrong) => {
    const code = `
      import { Client } from 'millrace';
      const done = await new Client().createPipeline('n', ['${module}']).process('a.txt');
      ${use}`;
    expect(complaints(code)).toHaveLength(isWrong ? 1 : 0);
  });
});
