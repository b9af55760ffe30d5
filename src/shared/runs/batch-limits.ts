/** Limits for batches of files. */
export const batchLimits = {
  /** Maximum number of unfinished batches per account. */
  open: 1000,
  /** Maximum number of finished batches per account. If there are more, the oldest are deleted. */
  ended: 10_000,
  /** Maximum length of a batch's name. */
  name: 255,
  /** Maximum length of a file's key. */
  key: 1024,
  /** Maximum value of `expected`, the number of files that a client expects to send in a batch. */
  expected: 10_000_000,
  /** Maximum number of refused files that are recorded per batch. */
  refused: 10_000,
} as const;
