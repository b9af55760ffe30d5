import { createInterface } from 'node:readline';

/** Returns the current time in milliseconds, on a clock that all processes on this machine share. */
export const now = () => performance.timeOrigin + performance.now();

/**
 * Reads requests from standard input, one per line. For `{ "burst": 1000 }`, starts that many runs and prints the milliseconds until all
 * have ended. For `{ "single": true }`, starts one run and prints the milliseconds until its code begins.
 *
 * @param {{ burst: (count: number) => Promise<unknown>, single: () => Promise<number> }} contender `single` returns the time at which the
 * code began.
 */
export async function measureStarts({ burst, single }) {
  console.log('"ready"');
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    const start = now();
    if ('burst' in request) {
      await burst(request.burst);
      console.log(now() - start);
    } else console.log((await single()) - start);
  }
}
