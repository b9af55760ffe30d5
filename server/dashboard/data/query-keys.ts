import type { Query } from './api.js';

/** The names of what is cached. The first word is the resource, so that a change invalidates all that shows it. */
export const queryKeys = {
  session: ['session'],
  runs: (filter: Query) => ['runs', filter],
  run: (id: string) => ['run', id],
} as const;
