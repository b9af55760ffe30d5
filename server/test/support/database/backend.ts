import { inject } from 'vitest';

/** The backend of this project's test databases. */
export const backend = inject('postgres') === null ? 'pglite' : 'postgres';

/** For `describe.runIf`: tests of one backend only. */
export const onPglite = backend === 'pglite';
export const onPostgres = backend === 'postgres';
