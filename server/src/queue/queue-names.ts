const prefix = 'm.';

/** The queue that holds the steps of one module, so that workers can be limited to the modules they have. */
export function queueOf(module: string): string {
  return prefix + module;
}

export function moduleOf(queue: string): string {
  return queue.slice(prefix.length);
}
