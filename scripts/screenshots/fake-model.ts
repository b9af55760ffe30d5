import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const value = {
  number: 'INV-0417',
  date: '2026-04-03',
  dueDate: null,
  total: 1250.5,
  lines: [
    { text: 'Two sacks of flour', amount: 1234 },
    { text: 'One wheel', amount: 16.5 },
  ],
};
const citations = [
  { field: 'date', quotes: ['3 April 2026'] },
  { field: 'total', quotes: ['Total due: $1,250.50'] },
];

/**
 * Starts a server that responds to `extract` like a language model that has read `examples/files/invoice.txt`.
 *
 * @returns The server's base URL.
 */
export async function startFakeModel(): Promise<string> {
  const message = { role: 'assistant', content: JSON.stringify({ value, citations }) };
  const usage = { prompt_tokens: 612, completion_tokens: 148 };
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ choices: [{ index: 0, finish_reason: 'stop', message }], usage }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
