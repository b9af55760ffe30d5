import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../packaging/packed-sdk.js';
import { holdingConfig, testCells } from './cells.js';
import type { Kernel } from './kernel.js';
import { openNotebookProject, type NotebookProject } from './notebook-project.js';
import { OutputWriter, printNotebook, type Notebook } from './stored-notebook.js';

const folder = join(root, 'examples/notebooks');
const names = ['first-steps', 'search', 'batch', 'own-functions'];
let project: NotebookProject;
let kernel: Kernel;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'millrace-cells-'));
  const config = join(scratch, 'millrace.config.mjs');
  await writeFile(config, holdingConfig(scratch));
  project = await openNotebookProject({ config });
  kernel = project.startKernel('examples/notebooks');
});
afterAll(async () => {
  await project.close();
  await rm(scratch, { recursive: true, force: true });
});

test('the tests execute every notebook', async () => {
  expect((await readdir(folder)).filter((name) => name.endsWith('.ipynb')).sort()).toEqual(
    names.map((name) => `${name}.ipynb`).sort(),
  );
});

/** `npx vitest run --project system test/notebooks -u` stores the current output. */
test.each(names)('%s: the stored output of each cell is what it prints', async (name) => {
  const path = join(folder, `${name}.ipynb`);
  const notebook = JSON.parse(await readFile(path, 'utf8')) as Notebook;
  kernel.reset();
  const writer = new OutputWriter([
    [project.directory, '/home/ana/mill'],
    [project.server.url, 'http://127.0.0.1:8418'],
  ]);
  let count = 0;
  for (const cell of notebook.cells.filter(({ cell_type }) => cell_type === 'code')) {
    const { status, outputs, text } = await kernel.run(cell.source.join(''));
    expect(`${cell.id} ${status}`, text).toBe(`${cell.id} ${cell.metadata.tags ? 'error' : 'ok'}`);
    expect(JSON.stringify(outputs)).not.toContain(project.server.apiKey);
    cell.execution_count = ++count;
    cell.outputs = writer.write(outputs);
  }
  await expect(printNotebook(notebook)).toMatchFileSnapshot(path);
});

describe('notebook cells', () => testCells(() => ({ project, kernel, scratch })));
