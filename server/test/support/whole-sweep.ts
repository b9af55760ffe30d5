import type { TestClock } from './test-clock.js';

/** How often the time is asked for while a server with nothing to do sweeps twice, by its sweeper and by what sends webhooks. */
const readings = 12;

/** Resolves when a sweep has gone by from its beginning to its end. Of the clock nobody else asks the time meanwhile. */
export async function wholeSweep(clock: TestClock): Promise<void> {
  for (let reading = 0; reading < readings; reading++) await clock.nextReading();
}
