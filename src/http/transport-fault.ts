import { ConnectionError, TimeoutError } from '../errors/connection-error.js';

interface TransportFaultOptions {
  /** The system's word, such as `ECONNRESET`; `TIMEOUT` when our own patience ended. */
  code: string;
  /** Whether the connection had served another request before: the server may have closed it in the meantime. */
  reusedSocket?: boolean;
}

/**
 * An exchange without an answer. It carries nothing of the request, because that has the key in it; it never leaves this
 * package as it is.
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

  /** Nothing of the request can have reached the server. */
  get neverArrived(): boolean {
    return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(this.code);
  }

  /** The server closed an idle connection just when it was used again. */
  get isStale(): boolean {
    return this.reusedSocket && (this.code === 'ECONNRESET' || this.code === 'EPIPE');
  }

  /** A certificate or an address that is wrong stays wrong. */
  get isTransient(): boolean {
    return !/^(ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_INVALID|EPROTO|ERR_BAD)/.test(this.code);
  }

  /** The same for users. */
  toError(what: string, url: URL): ConnectionError {
    const where = url.origin;
    const cause = Object.assign(new Error(this.message), { code: this.code });
    const options = { cause, retryable: this.isTransient };
    if (this.code === 'TIMEOUT') return new TimeoutError(`Could not ${what}: ${this.message}, at ${where}.`, options);
    return new ConnectionError(`Could not ${what}: ${explain(this, where)}.`, options);
  }
}

function explain(fault: TransportFault, where: string): string {
  switch (fault.code) {
    case 'ECONNREFUSED':
      return `nothing answers at ${where}. Check the address; a server on this machine starts with \`millrace serve\``;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `there is no host for ${where} (${fault.code}). Check the address and the network`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection to ${where} was closed before an answer came (${fault.code})`;
    default:
      return `no answer from ${where} (${fault.code}: ${fault.message})`;
  }
}
