/**
 * Returns the URL of an endpoint's path. Keeps the base URL's query, such as Azure's `?api-version=…`.
 *
 * - Adds `/v1` to a base URL without a path, unless `isBare` is true.
 * - Adds the deployment with the model's name to an Azure base URL without a deployment.
 */
export function createEndpointUrl(
  baseUrl: string,
  path: string,
  { model, isBare }: { readonly model: string; readonly isBare: boolean },
): URL {
  const url = new URL(baseUrl);
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = `${getPrefix(url, base, model, isBare)}/${path}`;
  return url;
}

function getPrefix(url: URL, base: string, model: string, isBare: boolean): string {
  const needsDeployment = url.searchParams.has('api-version') && (base === '' || base === '/openai');
  if (needsDeployment) return `/openai/deployments/${encodeURIComponent(model)}`;
  return base === '' && !isBare ? '/v1' : base;
}

/** Returns whether a base URL has no path, so that it is unknown whether the endpoint's paths start with `/v1`. */
export function lacksPath(baseUrl: string): boolean {
  const { pathname, searchParams } = new URL(baseUrl);
  return /^\/*$/.test(pathname) && !searchParams.has('api-version');
}

/** Returns the header with the API key. Azure reads keys from `api-key`, and only tokens from `Authorization`. */
export function createKeyHeader(url: URL, apiKey: string | undefined): Record<string, string> {
  if (apiKey === undefined) return {};
  const isAzure = url.searchParams.has('api-version') || url.hostname.endsWith('.azure.com');
  return isAzure ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` };
}
