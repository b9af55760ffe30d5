/** What the requests of a module to its model endpoint came to. Local and built-in models have none. */
export interface Usage {
  /** The number of requests that the endpoint has responded to. */
  requests: number;
  /** The number of responses that came from the server's cache instead. They cost no tokens. */
  cached: number;
  /** The tokens that the endpoint says it has read; 0 if it does not say it. */
  inputTokens: number;
  /** The tokens that the endpoint says it has written. */
  outputTokens: number;
}

export const noUsage: Readonly<Usage> = { requests: 0, cached: 0, inputTokens: 0, outputTokens: 0 };
