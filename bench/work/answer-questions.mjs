import { createInterface } from 'node:readline';

/** The time on the clock that all processes of this machine share, in milliseconds. */
export const now = () => performance.timeOrigin + performance.now();

/**
 * Reads lines `{ "burst": 1000 }` and `{ "single": true }` from standard input. Prints the milliseconds until so many starts have
 * all finished, and those from one start to its first line of code.
 *
 * @param {{ burst: (count: number) => Promise<unknown>, single: () => Promise<number> }} contender `single` returns the time at
 *   which the code began.
 */
export async function answerQuestions({ burst, single }) {
  console.log('"ready"');
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    const start = now();
    if ('burst' in question) {
      await burst(question.burst);
      console.log(now() - start);
    } else console.log((await single()) - start);
  }
}
