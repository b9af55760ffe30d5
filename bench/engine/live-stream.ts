import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'millrace';
import { percentile, show } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory, type ServerProcess } from '../support/server-process.js';

const streamCount = 50;
const runCount = 20;
const eventsPerSecond = 20;
const durationSeconds = 15;

/** Measures the delay until a change reaches a client, and the server's CPU time for open streams. */
export function liveStream(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const server = await startServerProcess(join(directory, 'data'), ['--no-worker']);
    const reporter = new Reporter(server);
    try {
      await reporter.begin();
      // warm up: the code is compiled during the first events
      await reporter.report(5);
      const stop = new AbortController();
      setMaxListeners(0, stop.signal);
      const delays: number[] = [];
      const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
      const watching = [
        watch(client, stop.signal, (run, current) => {
          const sentAt = reporter.sentAt.get(`${run} ${current}`);
          if (sentAt !== undefined) delays.push(performance.now() - sentAt);
        }),
        // discard the data of the other streams, because parsing it fifty times in this process would delay the measured stream
        ...Array.from({ length: streamCount - 1 }, () => drain(server, stop.signal)),
      ];
      await sleep(3000);
      const withStreams = await measureCpuShare(server, () => reporter.report(durationSeconds));
      await sleep(1000);
      stop.abort();
      await Promise.all(watching);
      await client.close();
      // measure without streams last, because events are slower until the code is compiled
      const withoutStreams = await measureCpuShare(server, () => reporter.report(durationSeconds));
      const cost = withStreams - withoutStreams;
      return [
        {
          what: `from the request that reports a change to a client that watches, p50 / p95; ${streamCount} streams, ${eventsPerSecond} events/s`,
          measured: `${show(percentile(delays, 0.5))} / ${show(percentile(delays, 0.95))} ms`,
          goal: 'p95 < 500 ms',
          isMet: percentile(delays, 0.95) < 500,
        },
        {
          what: `CPU time of the server for these ${streamCount} streams`,
          measured: `${show(cost)} % of a core`,
          against: `the same events without streams: ${show(withoutStreams)} %`,
          goal: '< 5 %',
          isMet: cost < 5,
        },
      ];
    } finally {
      await server.stop();
    }
  });
}

/** Reports the progress of runs, one event per request. */
class Reporter {
  /** When each event was sent, by run and progress. */
  readonly sentAt = new Map<string, number>();
  readonly #server: ServerProcess;
  readonly #id = randomUUID();
  readonly #runs = Array.from({ length: runCount }, () => randomUUID());
  #sequence = 2;

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  async begin(): Promise<void> {
    const created = {
      kind: 'flow',
      of: 'clean',
      version: null,
      name: 'a',
      parent: null,
      worker: null,
      input: null,
    };
    const reports = this.#runs.flatMap((run) => [
      { run, sequence: 1, at: now(), type: 'run-created', ...created },
      { run, sequence: 2, at: now(), type: 'run-state', state: 'running' },
    ]);
    await this.#post(reports);
  }

  async report(forSeconds: number): Promise<void> {
    const start = performance.now();
    for (let event = 0; event < forSeconds * eventsPerSecond; event++) {
      await sleep(Math.max(0, start + (event * 1000) / eventsPerSecond - performance.now()));
      const run = this.#runs[event % runCount];
      const current = (this.#sequence += 1);
      this.sentAt.set(`${run} ${current}`, performance.now());
      const progress = { current, total: null, percent: null };
      await this.#post([{ run, sequence: current, at: now(), type: 'progress', key: null, attempt: 1, progress }]);
    }
  }

  async #post(reports: readonly object[]): Promise<void> {
    const response = await fetch(`${this.#server.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#server.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reporter: this.#id, reports }),
    });
    if (!response.ok) throw new Error(await response.text());
  }
}

const now = () => new Date().toISOString();

async function watch(
  client: Client,
  signal: AbortSignal,
  onChange: (run: string, current: number) => void,
): Promise<void> {
  try {
    for await (const { requestId, progress } of client.runs.watchAll({}, { signal })) {
      onChange(requestId, progress.current);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Reads a stream and discards its data. */
async function drain({ url, apiKey }: ServerProcess, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(`${url}/v1/stream`, { headers: { authorization: `Bearer ${apiKey}` }, signal });
    for await (const _ of response.body ?? []);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Returns the server's CPU time during `work`, as a percentage of one core. Divides by the nominal duration of the events, because they
 * take longer on a busy machine.
 */
async function measureCpuShare({ pid }: ServerProcess, work: () => Promise<void>): Promise<number> {
  const before = readCpuMs(pid);
  await work();
  return (readCpuMs(pid) - before) / (10 * durationSeconds);
}

/** Returns the CPU time of a process in milliseconds. Linux reports it in hundredths of a second. */
function readCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
