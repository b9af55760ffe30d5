/** Lets the process exit while the timer is pending. In jsdom, timers are numbers, which cannot do this. */
export function unref(timer: NodeJS.Timeout): NodeJS.Timeout {
  return typeof timer === 'object' ? timer.unref() : timer;
}
