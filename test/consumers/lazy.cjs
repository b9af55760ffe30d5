const { Client } = require('millrace');
const { heavy } = require('./heavy.cjs');

const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9', maxRetries: 0 });
client.createPipeline('words', ['parser']);
const atStart = heavy();

void client.verify().catch(() => {
  console.log(JSON.stringify({ atStart, atFirstRequest: heavy() }));
});
