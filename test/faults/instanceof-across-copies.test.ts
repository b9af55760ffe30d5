import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packWithPrograms, runIn, type PackedSdk } from '../packaging/packed-sdk.js';
import { outputOf, type RunProgram } from '../packaging/programs.js';

let packed: PackedSdk;
beforeAll(async () => {
  packed = await packWithPrograms();
});
afterAll(() => packed.remove());
const run: RunProgram = (...args) => runIn(packed.consumer, process.execPath, args);

describe('the ESM and CJS builds', () => {
  it('share their classes between require and import', async () => {
    expect(await outputOf(run, 'load.cjs')).toEqual({
      name: 'words',
      moduleChain: ['parser'],
      sameClass: true,
      branded: [true, true, false],
    });
  });

  it('export exactly the declared names to import', async () => {
    expect(await outputOf(run, 'load.mjs')).toEqual({ name: 'words', moduleChain: ['parser'], strange: [] });
  });

  it('of two copies recognize the errors of each other, and a client reports a flow of the other', async () => {
    const copy = join(packed.consumer, 'node_modules/other/node_modules/millrace');
    await cp(join(packed.consumer, 'node_modules/millrace'), copy, { recursive: true });
    const program = `
      import { createRequire } from 'node:module';
      import { ChainError, Client, isMillraceError, MillraceError, NotFoundError, ValidationError } from 'millrace';
      const other = createRequire(${JSON.stringify(join(copy, 'package.json'))})('./dist/index.cjs');
      const client = new other.Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9', logLevel: 'off' });
      let error;
      try {
        client.createPipeline('two that do not fit', ['parser', 'vector-db']);
      } catch (thrown) {
        error = thrown;
      }
      const outcome = await (await import('millrace')).pipeline('clean').step('one', () => ({ done: 1 })).run({}, { report: client });
      console.log(JSON.stringify({
        isOne: client instanceof Client,
        isInstance: error instanceof ChainError,
        isBase: error instanceof ValidationError && error instanceof MillraceError && error instanceof Error,
        isOther: error instanceof NotFoundError,
        isOurs: isMillraceError(error, 'chain'),
        done: outcome.done,
      }));`;
    await writeFile(join(packed.consumer, 'two-copies.mjs'), program);
    expect(await outputOf(run, 'two-copies.mjs')).toEqual({
      isOne: false,
      isInstance: true,
      isBase: true,
      isOther: false,
      isOurs: true,
      done: 1,
    });
  });
});
