import type { Query } from './api.js';

/** The names of what is cached. The first word is the resource, so that a change invalidates all that shows it. */
export const queryKeys = {
  session: ['session'],
  runs: (filter: Query) => ['runs', filter],
  run: (id: string) => ['run', id],
  workers: (filter: Query) => ['workers', filter],
  modules: ['modules'],
  webhooks: ['webhooks'],
  deliveries: (filter: Query) => ['deliveries', filter],
  keys: ['keys'],
  stats: (range: string) => ['stats', range],
  failures: (range: string) => ['failures', range],
  pipelines: (range: string) => ['pipelines', range],
} as const;
