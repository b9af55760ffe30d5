/** There is no key to show to the server. */
export class NoAccessError extends Error {
  override readonly name = 'NoAccessError';
}
