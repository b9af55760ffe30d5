/**
 * The path of the dashboard: `/ui`, or `/millrace/ui` behind a reverse proxy that serves Millrace below `/millrace`. The built scripts
 * are in its folder `assets`.
 */
export const dashboardBase = import.meta.env.DEV ? '/ui' : new URL('..', import.meta.url).pathname.replace(/\/$/, '');

const serverBase = dashboardBase.replace(/\/ui$/, '');

/** Returns the path of an endpoint in this page's origin. @param path The endpoint's path on the server: `/v1/runs`. */
export const serverPath = (path: string): string => `${serverBase}${path}`;

/** Returns the URL by which this browser reaches the server. */
export const serverUrl = (): string => `${location.origin}${serverBase}`;
