import { Client } from 'millrace';

const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9' });

// says: 'parser' outputs json, but 'vector-db' takes npy
client.createPipeline('two modules that do not fit', ['parser', 'vector-db']);

// says: 'text-embedder' outputs npy, but 'keyword-db' takes text
client.createPipeline('a link further on', ['ocr', 'json-to-txt', 'parser', 'text-embedder', 'keyword-db']);

// says: a chain needs at least one module
client.createPipeline('no module', []);

// says: Property 'semanticSearch' does not exist
client.createPipeline('a search that the chain does not feed', ['parser']).semanticSearch('notice', { k: 1 });

// says: Type '"base"' is not assignable to type
client.createPipeline('another model', ['parser']).process('a.txt', { modules: { parser: { model: 'base' } } });

const parsed = client.createPipeline('one chain', ['parser']);

// says: 'localSaveDir' does not exist in type 'ProcessOptions<
parsed.process('a.txt', { localSaveDir: './out' });

// says: Type 'string' is not assignable to type 'number'
parsed.process('a.txt', { expireTime: '5' });

// says: { directory: 'path' }
parsed.processMany('dir');
