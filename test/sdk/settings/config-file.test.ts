import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { ChainError, Client, ValidationError } from 'millrace';
import { describe, expect, it } from 'vitest';
import { saveConfigFile } from '../../../src/pipeline/config-file.js';
import type { PipelineConfig } from '../../../src/shared/modules/pipeline-config.js';
import { scratch } from '../support/scratch.js';

const client = new Client({ apiUrl: 'http://127.0.0.1:1', apiKey: 'abcdefghijkl' });

const saved = `pipeline:
  name: support-notes
  modules:
  - name: json-to-txt
    models:
    - name: base
    defaults:
      model: base
    input:
      type: json
      permitted_extensions:
      - .json
    output:
      type: text
  - name: summarize
    models:
    - name: bart-large-cnn
    - name: text-summarization
    defaults:
      model: bart-large-cnn
    input:
      type: text
      permitted_extensions:
      - .txt
      - .pdf
      - .docx
      - .pptx
    output:
      type: text
`;

it('writes a single file in the format of the hosted service', async () => {
  const directory = await scratch();
  await client.createPipeline('support-notes', ['json-to-txt', 'summarize']).save(join(directory, 'p.yml'));
  expect(await readFile(join(directory, 'p.yml'), 'utf8')).toBe(saved);
  expect(await readdir(directory)).toEqual(['p.yml']);
});

it('loads a saved file, including names that look like other YAML values', async () => {
  const path = join(await scratch(), 'p.yaml');
  for (const name of ['support-notes', '2024', 'yes', '~', 'a: b', 'Größe', '- x', "it's"]) {
    await client.createPipeline(name, ['parser', 'text-embedder', 'vector-db']).save(path);
    const pipeline = await client.loadPipeline(path);
    expect([pipeline.name, pipeline.moduleChain]).toEqual([name, ['parser', 'text-embedder', 'vector-db']]);
  }
});

it('includes the parameters of models', () => {
  const { modules } = client.createPipeline('n', ['parser', 'text-embedder']).config.pipeline;
  expect(modules[1]?.defaults).toEqual({ model: 'all-MiniLM-L6-v2', params: { quantize: true } });
  expect(modules[0]?.models?.[1]).toEqual({
    name: 'fixed',
    params: { chunk_size: { type: 'int', default: 10 }, overlap_size: { type: 'int', default: 4 } },
  });
});

it('loads only the names and ignores other fields', async () => {
  const path = join(await scratch(), 'p.yml');
  await writeFile(
    path,
    'pipeline:\n  name: n\n  modules:\n  - {name: parser, models: nonsense, defaults: {model: gpt}}\n  extra: 1\n',
  );
  expect((await client.loadPipeline(path)).moduleChain).toEqual(['parser']);
});

it('writes null next to its key, as in a list', async () => {
  const path = join(await scratch(), 'p.yml');
  const params = { language: null, items: [null, 'a'] };
  const config = { pipeline: { name: 'n', modules: [{ name: 'parser', defaults: { model: 'base', params } }] } };
  await saveConfigFile(path, config as unknown as PipelineConfig);
  expect(await readFile(path, 'utf8')).toContain('language: null\n');
  expect(load(await readFile(path, 'utf8'))).toEqual(config);
});

describe('a pipeline file', () => {
  it.each([
    ['that does not exist', 'nope.yml', undefined, /There is no pipeline file at/],
    ['whose path the system rejects', `${'x'.repeat(300)}.yml`, undefined, /Could not read .*ENAMETOOLONG/],
    ['with another extension', 'p.json', '{}', /\.yml or \.yaml/],
    ['of a megabyte', 'p.yml', `#${'x'.repeat(2 ** 20)}`, /smaller than 1 MiB/],
    ['that is not YAML', 'p.yml', 'pipeline: [', /valid YAML/],
    ['without a pipeline', 'p.yml', 'name: n\n', /an object with `pipeline`, got an object without it/],
    ['that is a list', 'p.yml', '- pipeline\n', /an object with `pipeline`, got an array/],
    ['with a pipeline that is a string', 'p.yml', 'pipeline: n\n', /pipeline in .* to be an object, got "n"/],
    ['without a name', 'p.yml', 'pipeline:\n  modules: []\n', /pipeline\.name is missing in /],
    ['with a name that is a number', 'p.yml', 'pipeline:\n  name: 2024\n  modules: []\n', /to be a string, got 2024/],
    ['without modules', 'p.yml', 'pipeline:\n  name: n\n', /pipeline\.modules is missing in /],
    ['with modules that are not a list', 'p.yml', 'pipeline:\n  name: n\n  modules: parser\n', /to be a list/],
    [
      'with a module that is not an object',
      'p.yml',
      'pipeline:\n  name: n\n  modules:\n  - parser\n',
      /pipeline\.modules\[0\] in .* to be an object, got "parser"/,
    ],
    [
      'with a module without a name',
      'p.yml',
      'pipeline:\n  name: n\n  modules:\n  - name: parser\n  - model: base\n',
      /pipeline\.modules\[1\]\.name is missing in /,
    ],
    [
      'with a module whose name is a number',
      'p.yml',
      'pipeline:\n  name: n\n  modules:\n  - name: 2024\n',
      /pipeline\.modules\[0\]\.name in .* to be a string, got 2024/,
    ],
  ])('%s is rejected', async (_name, name, content, message) => {
    const path = join(await scratch(), name);
    if (content !== undefined) await writeFile(path, content);
    const failure = client.loadPipeline(path);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(ValidationError);
  });

  it('with an invalid chain is rejected with a ChainError', async () => {
    const path = join(await scratch(), 'p.yml');
    await writeFile(path, 'pipeline:\n  name: n\n  modules:\n  - name: parser\n  - name: vector-db\n');
    await expect(client.loadPipeline(path)).rejects.toBeInstanceOf(ChainError);
    await writeFile(path, `pipeline:\n  name: n\n  modules:\n${'  - name: summarize\n'.repeat(11)}`);
    await expect(client.loadPipeline(path)).rejects.toThrow(/at most 10 modules/);
  });

  it('cannot be saved to an invalid path', async () => {
    const pipeline = client.createPipeline('n', ['parser']);
    await expect(pipeline.save('p.txt')).rejects.toThrow(/\.yml or \.yaml/);
    await expect(pipeline.save(join(await scratch(), 'no', 'such', 'p.yml'))).rejects.toBeInstanceOf(ValidationError);
    await expect(pipeline.save(undefined as never)).rejects.toThrow(/the path of a pipeline file, got undefined/);
  });
});
