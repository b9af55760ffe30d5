import { join } from 'node:path';
import type { RunWarning } from 'millrace';
import type { Handler } from './fake-server.js';
import { millraceService, runRecord, type Service } from './hosted-service.js';
import { scratch, textFile } from './scratch.js';

export const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Starts a server that assigns an ID to each file, and the same ID to a repeated idempotency key. */
export async function batchService(
  states: Record<string, 'running' | 'failed'> = {},
  warnings: RunWarning[] = [],
): Promise<Service & { names: () => string[] }> {
  const byKey = new Map<string, number>();
  const names: string[] = [];
  const reserve: Handler = (seen) => {
    const key = String(seen.headers['idempotency-key']);
    if (!byKey.has(key)) {
      byKey.set(key, byKey.size + 1);
      names.push(String(seen.json?.['file_name']));
    }
    const n = byKey.get(key) ?? 0;
    const presigned_post_url_results = { url: `${server.url}/upload`, fields: { key: id(n) } };
    return { json: { request_id: id(n), file_id: id(n), presigned_post_url_results } };
  };
  const server: Service = await millraceService({
    '/krixik-core-process': reserve,
    '/v1/runs': (seen) => {
      const requestId = seen.path.slice('/v1/runs/'.length).split('?')[0] ?? '';
      const state = states[names[Number(requestId.slice(-12)) - 1] ?? ''] ?? 'completed';
      return {
        headers: { 'millrace-api': '1', 'millrace-sequence': '2' },
        json: runRecord({ requestId, fileId: requestId, state, warnings, warningCount: warnings.length }),
      };
    },
    '/krixik-core-fetch-output': (seen) => ({
      json: {
        request_id: 'r',
        file_id: seen.json?.['file_id'],
        message: '',
        warnings: [],
        process_output: [{ url: `${server.url}/download`, extension: '.json' }],
      },
    }),
  });
  return { ...server, names: () => names };
}

export async function createFiles(count: number): Promise<{ directory: string; files: string[]; out: string }> {
  const directory = await scratch();
  const files = await Promise.all(Array.from({ length: count }, (_, i) => textFile(directory, `f${i}.txt`)));
  return { directory, files, out: join(directory, 'out') };
}
