import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'millrace';
import { HandWrittenClient } from './by-hand.js';
import { median, percentile, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';
import { makeText } from '../support/text.js';

const rounds = 100;

/**
 * Measures `process()` of a 2 kB text through keyword-db, including the wait for the result, alternating with the same requests sent by
 * hand.
 */
export function processLatency(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      const file = join(directory, 'two-kilobytes.txt');
      const out = join(directory, 'out');
      await mkdir(out);
      await writeFile(file, makeText(2000, 7));
      const ours = client.createPipeline('with-the-sdk', ['keyword-db']);
      const byHand = new HandWrittenClient(server.url, server.apiKey);
      const sdk: number[] = [];
      const hand: number[] = [];
      for (let i = -10; i < rounds; i++) {
        const a = await time(() => ours.process(file, { fileName: `f${i}.txt`, localSaveDirectory: out }));
        const b = await time(() => byHand.process(file, `f${i}.txt`, out));
        if (i < 0) continue;
        sdk.push(a);
        hand.push(b);
      }
      const ratio = median(sdk) / median(hand);
      return [
        {
          what: '`process()` of 2 kB through keyword-db, p50 / p95',
          measured: `${show(median(sdk))} / ${show(percentile(sdk, 0.95))} ms`,
          against: `the same requests by hand with axios: ${show(median(hand))} / ${show(percentile(hand, 0.95))} ms`,
          ratio: `${show(ratio)}×`,
          goal: '≤ 2×, p50 < 60 ms',
          isMet: ratio <= 2 && median(sdk) < 60,
        },
      ];
    } finally {
      await client.close();
      await server.stop();
    }
  });
}
