import { readFile } from 'node:fs/promises';
import { Client, pipeline } from 'millrace';

const client = new Client();
const library = client.createPipeline('library', ['keyword-db']);
const line = 'Water turns the wheel.\n';

// in one request, and as a stream
const small = await library.process(new File([line], 'small.txt'), { localSaveDirectory: 'out' });
const file = { stream: new Blob([line.repeat(100_000)]).stream(), fileName: 'large.txt' };
const large = await library.process(file, { localSaveDirectory: 'out' });
const signature = (await readFile(large.outputFiles[0])).subarray(0, 15).toString();
const { items } = await library.keywordSearch('wheel', { fileIds: [small.fileId] });

const handle = await library.start(new File([line], 'later.txt'));
let last;
for await (const { type } of handle) last = type;

const shout = pipeline('shout').step('upper', ({ text }) => ({ text: text.toUpperCase() }), 'v1.0');
const run = shout.start({ text: 'hello' }, { report: client });
const { text } = await run.result();
await client.close();

console.log(JSON.stringify({ signature, hits: items[0].hits.length, last, text }));
