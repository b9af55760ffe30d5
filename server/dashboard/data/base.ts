/**
 * The path of the dashboard: `/ui`, or `/millrace/ui` behind a reverse proxy that serves Millrace below `/millrace`. In a build, it is
 * derived from the URL of this script, which is in the folder `assets` of that path.
 */
export const dashboardBase = import.meta.env.DEV ? '/ui' : new URL('..', import.meta.url).pathname.replace(/\/$/, '');

const serverBase = dashboardBase.replace(/\/ui$/, '');

/** Returns the path of an endpoint on this page's origin. @param path The endpoint's path on the server: `/v1/runs`. */
export const serverPath = (path: string): string => `${serverBase}${path}`;

/** Returns the server's URL as this browser reaches it. */
export const serverUrl = (): string => `${location.origin}${serverBase}`;
