import { Client, isMillraceError, type ModuleName, type Pipeline } from 'millrace';

const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9' });

const search = client.createPipeline('contracts', ['parser', 'text-embedder', 'vector-db']);
const words = client.createPipeline('words', ['ocr', 'json-to-txt', 'keyword-db']);
const names: ModuleName[] = ['parser'];
const anyChain = client.createPipeline('of names known later', names);

export async function use(): Promise<number> {
  const done = await search.process('./lease.pdf', {
    expireTime: 3600,
    localSaveDirectory: './out',
    modules: { parser: { model: 'fixed', params: { chunk_size: 10 } }, 'text-embedder': { model: 'all-MiniLM-L6-v2' } },
  });
  const output: null = done.output;
  const hits = await search.semanticSearch('notice period', { fileIds: [done.fileId], k: 3 });
  const found = await words.keywordSearch('notice', { symbolicDirectoryPaths: ['/*'] });

  const handle = await words.process('./page.png', { waitForProcess: false });
  const first: 'ocr' | 'json-to-txt' | 'keyword-db' | undefined = (await handle.status()).tasks[0]?.name;

  const snippets = await client.createPipeline('parsed', ['parser']).process('./a.txt', { localSaveDirectory: false });
  const text: string | undefined = snippets.output?.[0]?.snippet;

  await anyChain.processStatus(handle.requestId).catch((error: unknown) => {
    if (isMillraceError(error, 'wait_timeout')) return [error.requestId.length, error.lastStatus?.state, error.fileId];
    if (isMillraceError(error, 'not_found')) return error.status satisfies number;
    if (isMillraceError(error, 'validation')) return error.issues[0]?.message;
    if (!isMillraceError(error)) throw error;
    return error.code;
  });
  return hits.items.length + found.items.length + [output, first, text].length;
}

const countFiles = async (pipeline: Pipeline): Promise<number> => (await pipeline.list({})).items.length;
export const counts = Promise.all([search, words, anyChain].map(countFiles));
export const count = countFiles(client.createPipeline('any pipeline', ['parser', 'sentiment', 'sentiment']));

export async function onUpload(request: Request, response: Response): Promise<void> {
  if (request.body) await search.process(request.body, { fileName: 'a.txt' });
  await search.process(response, { fileName: 'a.txt' });
}
