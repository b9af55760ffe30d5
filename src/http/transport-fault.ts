import { ConnectionError, TimeoutError } from '../errors/connection-error.js';

interface TransportFaultOptions {
  /** The system's error code, such as `ECONNRESET`; `TIMEOUT` if this package's timeout expired. */
  code: string;
  /** Whether the request reused a connection, which the server may have closed in the meantime. */
  reusedSocket?: boolean;
}

/**
 * The error for a request without a complete response. It does not reference the request, which contains the key. It is always
 * converted to a `ConnectionError` before a caller sees it.
 */
export class TransportFault extends Error {
  override readonly name = 'TransportFault';
  readonly code: string;
  readonly reusedSocket: boolean;

  constructor(message: string, options: TransportFaultOptions) {
    super(message);
    this.code = options.code;
    this.reusedSocket = options.reusedSocket ?? false;
  }

  /** Whether the request certainly did not reach the server. */
  get neverArrived(): boolean {
    return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(this.code);
  }

  /** Whether there is no server to respond, as opposed to one that is too slow. */
  get isUnreachable(): boolean {
    return this.isTransient && this.code !== 'TIMEOUT';
  }

  /** Whether the server closed an idle connection just as it was reused. */
  get isStale(): boolean {
    return this.reusedSocket && (this.code === 'ECONNRESET' || this.code === 'EPIPE');
  }

  /** Whether a retry may succeed. An invalid certificate or URL stays invalid. */
  get isTransient(): boolean {
    return !/^(ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_INVALID|EPROTO|ERR_BAD|ERR_SSL|HPE_INVALID_CONSTANT)/.test(
      this.code,
    );
  }

  /** Converts the fault to the error that the user's code receives. */
  toError(what: string, url: URL): ConnectionError {
    const where = url.origin;
    // without frames, which would all be this package's
    const cause = Object.assign(new Error(this.message), { code: this.code, stack: `Error: ${this.message}` });
    const options = { cause, retryable: this.isTransient };
    if (this.code === 'TIMEOUT') return new TimeoutError(`Could not ${what}: ${this.message} (${where}).`, options);
    return new ConnectionError(`Could not ${what}: ${explain(this, where)}.`, options);
  }
}

function explain(fault: TransportFault, where: string): string {
  switch (fault.code) {
    case 'ECONNREFUSED':
      return `no server is responding at ${where}. Check the URL, or start a server on this machine with \`millrace serve\``;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the DNS lookup for ${new URL(where).hostname} failed (${fault.code}). Check the URL and the network`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection to ${where} was closed before a response arrived (${fault.code})`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${where} does not use TLS as https requires (${fault.code}). Check the URL: http may be the right scheme`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the TLS certificate of ${where} is for another host name (${fault.code}). Check the URL`;
    case 'CERT_HAS_EXPIRED':
      return `the TLS certificate of ${where} has expired (${fault.code})`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the TLS certificate of ${where} is not from a trusted authority (${fault.code}). Set NODE_EXTRA_CA_CERTS to the file of the authority's certificate`;
    case 'HPE_INVALID_CONSTANT':
      return `${where} did not respond in HTTP (${fault.code}). Check the URL: https may be the right scheme`;
    case 'ERR_BAD_ENCODING':
    case 'ERR_BAD_SIZE':
      return `${fault.message} (${where})`;
    default:
      return `no response from ${where} (${fault.code}: ${fault.message})`;
  }
}
