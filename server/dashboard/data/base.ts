/**
 * The path of the dashboard: `/ui`, or `/millrace/ui` behind a reverse proxy that serves Millrace below a path. The built scripts lie
 * in `assets`, one level below it.
 */
export const dashboardBase = import.meta.env.DEV ? '/ui' : new URL('..', import.meta.url).pathname.replace(/\/$/, '');

const serverBase = dashboardBase.replace(/\/ui$/, '');

/** The path of an endpoint in this page's origin. @param path As the server has it: `/v1/runs`. */
export const serverPath = (path: string): string => `${serverBase}${path}`;

/** The URL of the server, as this browser reaches it. */
export const serverUrl = (): string => `${location.origin}${serverBase}`;
