import * as imported from 'millrace';
import { createRequire } from 'node:module';

const client = new imported.Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9' });
const { name, moduleChain } = client.createPipeline('words', ['parser']);
const required = createRequire(import.meta.url)('millrace');
const strange = Object.keys(imported).filter((key) => !(key in required) || key === 'default');
console.log(JSON.stringify({ name, moduleChain, strange }));
