import * as millrace from 'millrace';

const client = new millrace.Client({ apiKey: 'key', apiUrl: 'http://127.0.0.1:9' });
const { name, moduleChain } = client.createPipeline('words', ['parser']);
console.log(JSON.stringify({ name, moduleChain, hasDefault: 'default' in millrace }));
