import { median, percentile, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import type { ServerProcess } from '../support/server-process.js';
import { ReportedRun, sendEvents } from './send-events.js';

/** Number of runs to report at once. */
const batchSize = 5000;

/** Reports runs that are spread over a month. One run in fifty has failed. */
export async function fillRuns(server: ServerProcess, runCount: number): Promise<void> {
  const error = { code: 'task_failed', message: 'connect ECONNREFUSED 10.0.0.12:5432' };
  const intervalMs = (30 * 86_400_000) / runCount;
  for (let from = 0; from < runCount; from += batchSize) {
    const events = Array.from({ length: Math.min(batchSize, runCount - from) }, (_, index) => {
      const n = from + index;
      const run = new ReportedRun(`flow-${n % 20}`, Date.now() - n * intervalMs);
      return run.events(
        n % 50 === 0
          ? { type: 'run-state', state: 'failed', error }
          : { type: 'run-state', state: 'completed', result: n },
      );
    });
    await sendEvents(server, events.flat());
  }
}

const queries = ['', 'state=failed', 'of=flow-7&count=true', 'sort=-duration', 'root=true&count=true'];
const searches = ['q=invoice-7', 'q=ECONNREFUSED', 'q=nowhere&count=true', 'q=invoice-a&state=failed'];

/** Measures the server's lists and searches of runs. @param goal The goal for lists, in milliseconds. The goal for searches is 500 ms. */
export async function measureRunLists(server: ServerProcess, runCount: number, goal: number): Promise<Result[]> {
  const subject = `${runCount.toLocaleString('en')} runs`;
  return [
    await measure(server, `dashboard: list of ${subject}, filtered and sorted`, queries, goal),
    await measure(server, `dashboard: search of ${subject} by text`, searches, 500),
  ];
}

async function measure(
  server: ServerProcess,
  what: string,
  queryStrings: readonly string[],
  goal: number,
): Promise<Result> {
  const headers = { authorization: `Bearer ${server.apiKey}` };
  const samples: number[] = [];
  const slowest = new Map<string, number>();
  for (let n = 0; n < 120; n++) {
    const query = queryStrings[n % queryStrings.length] ?? '';
    const sample = await time(async () => (await fetch(`${server.url}/v1/runs?limit=50&${query}`, { headers })).text());
    if (n < 20) continue;
    samples.push(sample);
    slowest.set(query, Math.max(sample, slowest.get(query) ?? 0));
  }
  const [[name, ms] = ['', 0]] = [...slowest].sort(([, a], [, b]) => b - a);
  return {
    what: `${what}, p50 / p95`,
    measured: `${show(median(samples))} / ${show(percentile(samples, 0.95))} ms; the slowest: ${show(ms)} ms for ${name || 'all'}`,
    goal: `p95 < ${goal} ms`,
    isMet: percentile(samples, 0.95) < goal,
  };
}
