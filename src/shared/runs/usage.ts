/** A module's usage of its model endpoint. Local and built-in models have no usage. */
export interface Usage {
  /** The number of requests that the endpoint responded to. */
  requests: number;
  /** The number of responses from the server's cache, which cost no tokens. */
  cached: number;
  /** The number of input tokens, as reported by the endpoint; 0 if not reported. */
  inputTokens: number;
  /** The number of output tokens, as reported by the endpoint; 0 if not reported. */
  outputTokens: number;
}

export const noUsage: Readonly<Usage> = { requests: 0, cached: 0, inputTokens: 0, outputTokens: 0 };
