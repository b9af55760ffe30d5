/**
 * Returns the URL of a path of an endpoint. A query of the base URL, such as Azure's `?api-version=…`, stays at the end.
 *
 * - A base URL without a path gets `/v1`, unless `isBare` is true.
 * - A base URL of Azure without a deployment gets the deployment with the model's name.
 */
export function endpointUrl(
  baseUrl: string,
  path: string,
  { model, isBare }: { readonly model: string; readonly isBare: boolean },
): URL {
  const url = new URL(baseUrl);
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = `${prefixOf(url, base, model, isBare)}/${path}`;
  return url;
}

function prefixOf(url: URL, base: string, model: string, isBare: boolean): string {
  const needsDeployment = url.searchParams.has('api-version') && (base === '' || base === '/openai');
  if (needsDeployment) return `/openai/deployments/${encodeURIComponent(model)}`;
  return base === '' && !isBare ? '/v1' : base;
}

/** Returns whether a base URL has no path, so that it may or may not need `/v1`. */
export function lacksPath(baseUrl: string): boolean {
  const { pathname, searchParams } = new URL(baseUrl);
  return /^\/*$/.test(pathname) && !searchParams.has('api-version');
}

/** Returns the header with the key. Azure reads a key from `api-key`, and only tokens from `Authorization`. */
export function keyHeader(url: URL, apiKey: string | undefined): Record<string, string> {
  if (apiKey === undefined) return {};
  const isAzure = url.searchParams.has('api-version') || url.hostname.endsWith('.azure.com');
  return isAzure ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` };
}
