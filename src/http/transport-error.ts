import { ConnectionError, TimeoutError } from '../errors/connection-error.js';

interface TransportErrorOptions {
  /** The error code from Node or axios, such as `ECONNRESET`, or one that this package defines, such as `TIMEOUT`. */
  code: string;
  /** Whether the request reused an idle connection. @default false */
  hasReusedSocket?: boolean;
}

/**
 * An internal error. Thrown if no complete response arrives, if the response is compressed or too large, or if reading a file takes too
 * long. Does not reference the request, which contains the API key. User code receives a `ConnectionError` instead.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: string;
  readonly hasReusedSocket: boolean;

  constructor(message: string, options: TransportErrorOptions) {
    super(message);
    this.code = options.code;
    this.hasReusedSocket = options.hasReusedSocket ?? false;
  }

  /** Whether it is certain that the request did not reach the server. */
  get requestNeverArrived(): boolean {
    return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(this.code);
  }

  /** Whether the connection failed with a transient error other than a timeout. */
  get isUnreachable(): boolean {
    return this.isTransient && this.code !== 'TIMEOUT';
  }

  /** Whether the server probably closed an idle connection just as the request reused it. */
  get isStaleConnection(): boolean {
    return this.hasReusedSocket && (this.code === 'ECONNRESET' || this.code === 'EPIPE');
  }

  /** Whether a retry may succeed. False, for example, for an invalid certificate. */
  get isTransient(): boolean {
    return !/^(ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_INVALID|EPROTO|ERR_BAD|ERR_SSL|HPE_INVALID_CONSTANT)/.test(
      this.code,
    );
  }

  /** Converts this error to the public error. */
  toConnectionError(action: string, url: URL): ConnectionError {
    const { origin } = url;
    // omit the stack, because all frames would be internal
    const cause = Object.assign(new Error(this.message), { code: this.code, stack: `Error: ${this.message}` });
    const options = { cause, retryable: this.isTransient };
    if (this.code === 'TIMEOUT') return new TimeoutError(`Could not ${action}: ${this.message} (${origin}).`, options);
    return new ConnectionError(`Could not ${action}: ${describeTransportError(this, origin)}.`, options);
  }
}

function describeTransportError(error: TransportError, origin: string): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return `no server is responding at ${origin}. Check the URL, or start a server on this machine with \`millrace serve\``;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the DNS lookup for ${new URL(origin).hostname} failed (${error.code}). Check the URL and the network`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection to ${origin} was closed before a response arrived (${error.code})`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${origin} does not use TLS as https requires (${error.code}). Check the URL: http may be the right scheme`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the TLS certificate of ${origin} is for another host name (${error.code}). Check the URL`;
    case 'CERT_HAS_EXPIRED':
      return `the TLS certificate of ${origin} has expired (${error.code})`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the TLS certificate of ${origin} is not from a trusted authority (${error.code}). Set NODE_EXTRA_CA_CERTS to the path of the authority's certificate`;
    case 'HPE_INVALID_CONSTANT':
      return `${origin} did not respond with HTTP (${error.code}). Check the URL: https may be the right scheme`;
    case 'ERR_BAD_ENCODING':
    case 'ERR_BAD_SIZE':
      return `${error.message} (${origin})`;
    default:
      return `no response from ${origin} (${error.code}: ${error.message})`;
  }
}
