import { inject } from 'vitest';

/** What this run's `createTestDatabase` gives. */
export const backend = inject('postgres') === null ? 'pglite' : 'postgres';

/** For `describe.runIf`: what is true of one backend only. */
export const onPglite = backend === 'pglite';
export const onPostgres = backend === 'postgres';
