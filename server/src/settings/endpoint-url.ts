/** Matches a URL path that ends in the path of an API request, so that the URL is not a base URL. */
const requestPath = /\/(chat\/completions|completions|embeddings|audio\/transcriptions)\/*$/;
const secretParameter = /key|token|secret|password|signature|^sig$/i;
const azureHost = /\.(openai|cognitiveservices)\.azure\.com$/;

/** Returns an error message if a URL cannot be an endpoint's base URL. Ignores malformed URLs, which `webUrlSchema` rejects. */
export function findEndpointUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { pathname, searchParams, hash, hostname } = new URL(text);
  const request = requestPath.exec(pathname)?.[1];
  if (request !== undefined) return `must be the base URL, without '/${request}'`;
  if (hash !== '') return "must not contain '#'";
  if ([...searchParams.keys()].some((name) => secretParameter.test(name))) {
    return 'must not contain a key; use the apiKey setting instead';
  }
  if (azureHost.test(hostname) && !searchParams.has('api-version') && !/\/v1\/*$/.test(pathname)) {
    return "must end in '/openai/v1', or in '/openai/deployments/NAME?api-version=VERSION', because Azure has no other base URLs";
  }
  return undefined;
}
