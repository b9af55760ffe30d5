import { Client } from 'millrace';
import { heavy } from './heavy.cjs';

const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9', maxRetries: 0 });
client.createPipeline('words', ['parser']);
const atStart = heavy();

await client.verify().catch(() => undefined);
console.log(JSON.stringify({ atStart, atFirstRequest: heavy() }));
