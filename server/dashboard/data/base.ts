/**
 * The path of the dashboard: `/ui`, or `/millrace/ui` behind a reverse proxy that serves Millrace under `/millrace`. A production build
 * derives the path from this script's URL, which is `<path>/assets/<script>`.
 */
export const dashboardBase = import.meta.env.DEV ? '/ui' : new URL('..', import.meta.url).pathname.replace(/\/$/, '');

const serverBase = dashboardBase.replace(/\/ui$/, '');

/** Adds the reverse proxy's path prefix, if there is one, to a path. @param path The path on the server, such as `/v1/runs`. */
export const serverPath = (path: string): string => `${serverBase}${path}`;

/** Returns the base URL at which this browser reaches the server. */
export const serverUrl = (): string => `${location.origin}${serverBase}`;
