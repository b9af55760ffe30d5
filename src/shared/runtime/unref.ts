/** Lets the process exit while the timer is pending. In jsdom, where timers are numbers, does nothing. */
export function unref(timer: NodeJS.Timeout): NodeJS.Timeout {
  return typeof timer === 'object' ? timer.unref() : timer;
}
