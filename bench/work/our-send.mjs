/** `our-send.mjs <url> <key>`: starts single runs, or many runs in one request. */
import { Client } from 'millrace';
import { measureStarts } from './measure-starts.mjs';

const [apiUrl, apiKey] = process.argv.slice(2);
const client = new Client({ apiUrl, apiKey });
const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };

await measureStarts({
  burst: async (count) => {
    const runs = Array.from({ length: count }, () => ({ of: 'nothing', kind: 'flow', input: [] }));
    const response = await fetch(`${apiUrl}/v1/runs`, { method: 'POST', headers, body: JSON.stringify({ runs }) });
    if (!response.ok) throw new Error(await response.text());
    const unfinished = { of: 'nothing', state: ['pending', 'running', 'retrying'], limit: 1, count: true };
    while ((await client.runs.list(unfinished)).total > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  },
  single: async () => (await client.start('begin', [])).result(),
});
await client.close();
