import type { TestClock } from './test-clock.js';

/** How many times an idle server reads the clock during two sweeps, in its sweeper and in its webhook sender. */
const readings = 12;

/** Resolves after one complete sweep. Nothing else may read the clock meanwhile. */
export async function wholeSweep(clock: TestClock): Promise<void> {
  for (let reading = 0; reading < readings; reading++) await clock.nextReading();
}
