/** A module's usage of its model endpoint. Local and built-in models have no usage. */
export interface Usage {
  /** The number of requests with a response from the endpoint. */
  requests: number;
  /** The number of responses from the server's cache, which cost no tokens. */
  cached: number;
  /** The tokens read, as reported by the endpoint; 0 if not reported. */
  inputTokens: number;
  /** The tokens written, as reported by the endpoint. */
  outputTokens: number;
}

export const noUsage: Readonly<Usage> = { requests: 0, cached: 0, inputTokens: 0, outputTokens: 0 };
