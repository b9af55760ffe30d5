import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigFileError } from '../../src/custom-modules/load-config.js';
import { loadCustomModules } from '../../src/custom-modules/load-custom-modules.js';
import { temporaryDirectory } from '../modules/run-module.js';
import { writeConfig } from './write-config.js';

const load = async (modules: string, name?: string) => loadCustomModules(await writeConfig(modules, name), '/nowhere');
const run = 'async run() { return "" }';

describe('a configuration file', () => {
  it('may be TypeScript, and needs no packages in its directory', async () => {
    const { definitions, config } = await load(`defineModule({
      name: 'shout' as const, input: 'text', output: 'text', models: ['loud', 'louder'],
      params: z.object({ times: z.int().min(1).default(2), pitch: z.number().optional(), name: z.string(), odd: z.boolean().default(false), words: z.array(z.string()).default([]) }),
      async run(file, { params }): Promise<string> { return (await file.text()).toUpperCase().repeat(params.times); },
    })`);
    expect(config?.modules).toEqual(['shout']);
    const params = {
      times: { type: 'int', default: 2 },
      pitch: { type: 'number' },
      name: { type: 'string', required: true },
      odd: { type: 'bool', default: false },
      words: { type: 'json' },
    };
    expect(definitions[0]?.definition).toEqual({
      name: 'shout',
      input: 'text',
      output: 'text',
      inputKey: null,
      outputKey: null,
      models: [
        { name: 'loud', params },
        { name: 'louder', params },
      ],
      defaultModel: 'loud',
    });
  });

  it.for(['millrace.config.mts', 'millrace.config.js', 'millrace.config.mjs'])('may be %s', async (name) => {
    const { definitions } = await load(`{ name: 'shout', input: 'json', output: 'json', ${run} }`, name);
    expect(definitions[0]?.definition).toMatchObject({ name: 'shout', inputKey: 'snippet', outputKey: 'snippet' });
  });

  it('is found in the data directory', async () => {
    const path = await writeConfig(`{ name: 'shout', input: 'text', output: 'text', ${run} }`, 'millrace.config.mjs');
    expect((await loadCustomModules(undefined, join(path, '..'))).config).toEqual({ path, modules: ['shout'] });
  });

  it('is optional, unless its path is given', async () => {
    expect(await loadCustomModules(undefined, await temporaryDirectory())).toEqual({ definitions: [] });
    await expect(loadCustomModules('/nowhere/millrace.config.ts', '/')).rejects.toThrow(
      'There is no configuration file at /nowhere/millrace.config.ts',
    );
  });

  it('checks parameters against the schema of the module', async () => {
    const schema = 'z.object({ size: z.int().max(9), unit: z.enum(["cm", "in"]).default("cm") })';
    const { definitions } = await load(`{ name: 'cutter', input: 'text', output: 'text', params: ${schema}, ${run} }`);
    expect(definitions[0]?.checkParams({ size: 3 })).toBeUndefined();
    expect(definitions[0]?.checkParams({ size: 30 })).toMatch(/^size: .*<=9/);
    expect(definitions[0]?.checkParams({ size: 3, unit: 'ft' })).toMatch(/^unit: /);
  });
});

describe('an invalid configuration file', () => {
  const formats = "input: 'text', output: 'text'";
  it.for<[name: string, modules: string, message: string | RegExp]>([
    ['an invalid name', `{ name: 'My Module', ${formats}, ${run} }`, 'lower-case letters, digits and hyphens'],
    ['a built-in name', `{ name: 'parser', ${formats}, ${run} }`, "got 'parser', which is built in"],
    [
      'a name similar to a built-in one',
      `{ name: 'parsr', ${formats}, ${run} }`,
      "less similar to the built-in 'parser'",
    ],
    ['a duplicate name', `{ name: 'a1', ${formats}, ${run} }, { name: 'a1', ${formats}, ${run} }`, "got 'a1' twice"],
    [
      'an unknown format',
      `{ name: 'tool', input: 'video', output: 'text', ${run} }`,
      "`input` of 'tool' to be one of text",
    ],
    [
      'an empty list of models',
      `{ name: 'tool', ${formats}, models: [], ${run} }`,
      'a list with at least one name, got an array of 0',
    ],
    ['a missing run function', `{ name: 'tool', ${formats} }`, "Expected `run` of 'tool' to be a function"],
    ['an unknown field', `{ name: 'tool', ${formats}, timeout: 3, ${run} }`, 'got timeout'],
    [
      'parameters without a schema',
      `{ name: 'tool', ${formats}, params: { a: 1 }, ${run} }`,
      'to be a zod z.object(…)',
    ],
    [
      'parameters that are not an object',
      `{ name: 'tool', ${formats}, params: z.string(), ${run} }`,
      'zod 4 z.object(…)',
    ],
    ['something that is not a module', '3', 'modules[0]: Expected an object from defineModule(), got 3'],
    ['code that does not compile', '{ name: ', 'Failed to load '],
    ['code that throws', '(() => { throw new Error("no luck") })()', /^Failed to load \S+: no luck$/],
  ])('is rejected with the reason: %s', async ([, modules, message]) => {
    const refused = load(modules);
    await expect(refused).rejects.toThrow(ConfigFileError);
    await expect(refused).rejects.toThrow(message);
  });

  it('is rejected if it does not export modules', async () => {
    const path = join(await temporaryDirectory(), 'millrace.config.mjs');
    await writeFile(path, 'export const tools = [];\n');
    await expect(loadCustomModules(path, '/')).rejects.toThrow('Expected the default export to be { modules: [');
  });
});
