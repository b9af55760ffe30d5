import type { TestClock } from './test-clock.js';

/** How often an idle server reads the time in two sweeps: by its sweeper and by its webhook sender. */
const readings = 12;

/** Resolves after one whole sweep. Nothing else may read the clock meanwhile. */
export async function wholeSweep(clock: TestClock): Promise<void> {
  for (let reading = 0; reading < readings; reading++) await clock.nextReading();
}
