import { Client, flow, pipeline, resume, task } from 'millrace';

// with `declaration: true`, as in a notebook's cells, every type that is inferred here must have a name that can be imported
export const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9' });
export const search = client.createPipeline('contracts', ['parser', 'text-embedder', 'vector-db']);
export const dispose = () => client[Symbol.asyncDispose]();
export const stored = () => clean.run({ raw: ' x ' }, { store: client.store });
export const twice = client.createPipeline('twice', ['summarize', 'summarize', 'keyword-db']);

export const process = () => search.process('./lease.pdf');
export const uploaded = () => search.process('./lease.pdf', { waitForProcess: false });
export const start = () => search.start('./lease.pdf', { expireTime: 60 });
export const either = (waitForProcess: boolean) => search.process('./lease.pdf', { waitForProcess });
export const many = () => search.processMany(['./a.txt', './b.txt'], { concurrency: 2 });
export const attach = () => search.attach('id');
export const status = () => search.processStatus('id');
export const list = () => search.list({ symbolicDirectoryPaths: ['/*'] });
export const tree = () => search.showTree('/*');
export const output = () => search.fetchOutput('id');
export const near = () => search.semanticSearch('notice', { fileIds: ['id'] });
export const exact = () => twice.keywordSearch('notice', { fileIds: ['id'] });
export const positions = () => twice.process('a.txt', { modules: { module_1: { model: 'bart-large-cnn' } } });
export const wait = () => search.attach('id').wait();
export const loaded = () => client.loadPipeline('pipeline.yaml');
export const info = () => client.serverInfo();
export const modules = () => client.listModules();

export const clean = pipeline<{ raw: string }>('clean')
  .step('trim', (d) => ({ text: d.raw.trim() }))
  .step('size', async (d) => ({ size: d.text.length }), 'v1', { retries: 2 });
export const cleaned = () => clean.run({ raw: ' x ', more: 1 });
export const size = async () => (await clean.run({ raw: ' x ' })).size satisfies number;
export const count = task('count', (text: string) => text.length, { timeout: 1000 });
export const all = flow('all', async (text: string) => [await count(text)]);
export const began = () => all.start('x');
export const resumed = () => resume('id', { of: clean });
