/** Runs a flow in this program with pipelines on the server as its children. They share one record, and are cancelled together. */
import { Client, flow } from 'millrace';

const client = new Client();
const sentences = client.createPipeline('sentences', ['parser']);

const report = flow('report', async (paths: string[]) => {
  const done = await Promise.all(paths.map((path) => sentences.process(path, { localSaveDirectory: false })));
  return done.map(({ output }) => (output as unknown[]).length);
});

const run = report.with({ report: client }).start(['examples/files/the-mill.txt', 'examples/files/el-molino.txt']);
console.log(await run.result());
await client.flush();

const { items } = await client.runs.list({ parent: run.id });
console.log(items.map(({ of, kind, state }) => `${of} (${kind}): ${state}`));
await client.close();
