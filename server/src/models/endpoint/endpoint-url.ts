/**
 * Appends a path to an endpoint's base URL. Keeps the base URL's query, such as Azure's `?api-version=…`.
 *
 * - Adds the deployment with the model's name to an Azure base URL without a deployment.
 * - Adds `/v1` to any other base URL without a path, unless `omitsVersion` is true.
 */
export function createEndpointUrl(
  baseUrl: string,
  path: string,
  { model, omitsVersion }: { readonly model: string; readonly omitsVersion: boolean },
): URL {
  const url = new URL(baseUrl);
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = `${getPrefix(url, base, model, omitsVersion)}/${path}`;
  return url;
}

function getPrefix(url: URL, base: string, model: string, omitsVersion: boolean): string {
  const needsDeployment = url.searchParams.has('api-version') && (base === '' || base === '/openai');
  if (needsDeployment) return `/openai/deployments/${encodeURIComponent(model)}`;
  return base === '' && !omitsVersion ? '/v1' : base;
}

/** Returns whether `omitsVersion` has an effect, which is the case if the base URL has neither a path nor Azure's `api-version`. */
export function canOmitVersion(baseUrl: string): boolean {
  const { pathname, searchParams } = new URL(baseUrl);
  return /^\/*$/.test(pathname) && !searchParams.has('api-version');
}

/** Returns the header for the API key. Azure expects API keys in `api-key` and accepts only access tokens in `Authorization`. */
export function createKeyHeader(url: URL, apiKey: string | undefined): Record<string, string> {
  if (apiKey === undefined) return {};
  const isAzure = url.searchParams.has('api-version') || url.hostname.endsWith('.azure.com');
  return isAzure ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` };
}
