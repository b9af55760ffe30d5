/** Uploads now, and waits later from any program: a run continues without the program that started it. */
import { join } from 'node:path';
import { Client } from 'millrace';

const client = new Client();
const sentences = client.createPipeline('sentences-later', ['parser']);

const run = await sentences.start(join(import.meta.dirname, 'files/el-molino.txt'), {
  modules: { parser: { params: { language: 'spanish' } } },
});
console.log(`uploaded; the run is ${run.id}`);

// later, another program needs only the name of the pipeline and this id
const again = new Client().createPipeline('sentences-later', ['parser']).attach(run.id);
for await (const event of again) console.log(event.type);

const status = await sentences.processStatus(run.id);
console.log(`${status.name}: ${status.state}, ${status.progress.percent}%, ${status.overallStatus}`);

const done = await again.wait({ downloadOutput: false });
console.log(`file ${done.fileId} is on the server until it expires`);
await sentences.delete(done.fileId);
await client.close();
