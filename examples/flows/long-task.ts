/**
 * A small HTTP service that runs a long task: `POST /tasks?steps=5` starts one and returns its id at once, `GET /tasks/<id>` returns
 * its progress. Prints the address of the service.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentSignal, getRun, progress, task } from 'millrace';

const grind = task('grind', async (steps: number = 100) => {
  for (let i = 1; i <= steps; i++) {
    await sleep(100, undefined, { signal: currentSignal() });
    if (i === 13) throw new Error('step 13 is never done');
    progress(i, steps);
  }
  return { ground: steps };
});

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST' && pathname === '/tasks') {
    const run = grind.start(Number(searchParams.get('steps') ?? 100));
    respond(response, 202, { id: run.id });
    return;
  }
  const run = getRun(pathname.replace('/tasks/', ''));
  if (!run) {
    respond(response, 404, { error: 'there is no such task' });
    return;
  }
  const { state, progress: now, result, error } = run.status();
  respond(response, 200, { state, percent: now.percent, result, error: error?.message ?? null });
});

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

server.listen(Number(process.env['PORT'] ?? 8000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => server.close());
