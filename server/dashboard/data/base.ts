/**
 * The path of the dashboard: `/ui`, or `/millrace/ui` behind a reverse proxy that serves Millrace under `/millrace`. In production,
 * the path is derived from this script's URL, `<path>/assets/<script>`.
 */
export const dashboardBasePath = import.meta.env.DEV
  ? '/ui'
  : new URL('..', import.meta.url).pathname.replace(/\/$/, '');

const pathPrefix = dashboardBasePath.replace(/\/ui$/, '');

/** Prepends the reverse proxy's path prefix, if there is one. @param path A path on the server, such as `/v1/runs`. */
export const toServerPath = (path: string): string => `${pathPrefix}${path}`;

/** Returns the server's base URL, as seen from this browser. */
export const getServerUrl = (): string => `${location.origin}${pathPrefix}`;
