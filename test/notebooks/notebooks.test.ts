import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../packaging/packed-sdk.js';
import { openNotebookProject, type NotebookProject } from './notebook-project.js';
import { OutputWriter, printNotebook, type Notebook } from './stored-notebook.js';

const folder = join(root, 'examples/notebooks');
const names = ['first-steps', 'search', 'batch'];
let project: NotebookProject;

beforeAll(async () => {
  project = await openNotebookProject();
});
afterAll(() => project.close());

test('every notebook is executed here', async () => {
  expect((await readdir(folder)).filter((name) => name.endsWith('.ipynb')).sort()).toEqual(
    names.map((name) => `${name}.ipynb`).sort(),
  );
});

/** `npx vitest run --project packages test/notebooks -u` stores what is printed now. */
test.each(names)('%s: what stands below its cells is what they print', async (name) => {
  const path = join(folder, `${name}.ipynb`);
  const notebook = JSON.parse(await readFile(path, 'utf8')) as Notebook;
  const kernel = project.startKernel('examples/notebooks');
  const writer = new OutputWriter([
    [project.directory, '/home/ana/mill'],
    [project.server.url, 'http://127.0.0.1:8418'],
  ]);
  let count = 0;
  for (const cell of notebook.cells.filter(({ cell_type }) => cell_type === 'code')) {
    const { status, outputs, text } = await kernel.run(cell.source.join(''));
    expect(`${cell.id} ${status}`, text).toBe(`${cell.id} ${cell.metadata.tags ? 'error' : 'ok'}`);
    expect(text).not.toContain(project.server.apiKey);
    cell.execution_count = ++count;
    cell.outputs = writer.write(outputs);
  }
  await kernel.close();
  await expect(printNotebook(notebook)).toMatchFileSnapshot(path);
});
