import { createHash } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { ApiError, notFound } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { BuiltFiles, encodings, type BuiltFile, type Encoding } from './built-files.js';
import { rejectDisallowedHost } from './own-site.js';

const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const notBuiltPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Millrace</title>
<h1>The dashboard is not built</h1>
<p>The rest of the server works. To build the dashboard, run <code>npm run build</code> in the repository, then reload this page.
The npm package <code>@millrace/server</code> includes the built dashboard.</p>
</html>
`;

/**
 * `GET /ui` and, for browsers, `GET /` redirect to `/ui/`. `GET /ui/*` serves the files of the built dashboard, and `index.html` for page
 * paths, which have no file extension. Redirects and pages use relative URLs, because a reverse proxy may serve the dashboard under a path
 * prefix that this server does not know about.
 */
export function addDashboardRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  let files: BuiltFiles | undefined;

  app.get('/', (c, next) => {
    if (!acceptsHtml(c)) return next();
    return checkHost(http, c) ?? c.redirect('ui/');
  });
  app.get('/ui', (c) => checkHost(http, c) ?? c.redirect('ui/'));
  app.get('/ui/*', async (c) => {
    const hostError = checkHost(http, c);
    if (hostError) return hostError;
    files ??= new BuiltFiles(http.dashboardDir);
    const built = await files.list();
    if (built.size === 0) return c.html(notBuiltPage, 404, securityHeaders);
    const path = c.req.path.slice('/ui/'.length);
    const isPage = !path.startsWith('assets/') && !/\.[^/]*$/.test(path);
    const index = built.get('index.html');
    if (index && (path === 'index.html' || (isPage && !built.has(path)))) return servePage(c, index);
    const file = built.get(path);
    if (!file) throw notFound(`The dashboard has no file ${path.slice(0, 200)}`);
    return serveFile(c, file, path.startsWith('assets/'));
  });
}

/** Serves `index.html`, with its relative URLs adapted to the depth of the requested path. */
async function servePage(c: Context<RouteEnv>, index: BuiltFile): Promise<Response> {
  const { content } = await index.read('identity');
  const depth = new URL(c.req.url).pathname.split('/').length - '/ui/'.split('/').length;
  const page = content.toString().replaceAll('"./', `"${depth > 0 ? '../'.repeat(depth) : './'}`);
  const etag = `"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`;
  const caching = { etag, 'cache-control': 'no-cache' };
  if (c.req.header('if-none-match')?.includes(etag)) return c.body(null, 304, { ...securityHeaders, ...caching });
  return c.html(page, 200, { ...securityHeaders, ...caching });
}

/** Serves a file. @param isHashed Whether the file's name contains a hash of its content. */
async function serveFile(c: Context<RouteEnv>, file: BuiltFile, isHashed: boolean): Promise<Response> {
  const { content, encoding, etag } = await file.read(chooseEncoding(c));
  const caching = {
    etag,
    vary: 'accept-encoding',
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (c.req.header('if-none-match')?.includes(etag)) return c.body(null, 304, { ...securityHeaders, ...caching });
  return c.body(new Uint8Array(content), 200, {
    ...securityHeaders,
    ...caching,
    'content-type': file.type,
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  });
}

function chooseEncoding(c: Context<RouteEnv>): Encoding {
  const header = 'Accept-Encoding';
  // browsers do not rank encodings, so use the server's order of preference
  return encodings.find((name) => accepts(c, { header, supports: [name], default: '' }) === name) ?? 'identity';
}

function acceptsHtml(c: Context<RouteEnv>): boolean {
  return c.req.header('accept')?.includes('text/html') ?? false;
}

/** Returns an error response if the request's host is not allowed. Uses plain text, because browsers show the response as a page. */
function checkHost(http: HttpContext, c: Context<RouteEnv>): Response | undefined {
  try {
    rejectDisallowedHost(http, c);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return c.text(`${error.message}.\n`, error.status, securityHeaders);
  }
}
