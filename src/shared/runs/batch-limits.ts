/** Limits for batches of files. */
export const batchLimits = {
  /** Maximum number of unfinished batches per account. */
  open: 1000,
  /** Maximum number of ended batches that an account keeps; the oldest are deleted first. */
  ended: 10_000,
  /** Maximum length of a batch's name. */
  name: 255,
  /** Maximum length of the key of a file. */
  key: 1024,
  /** Maximum number of files that a client can announce. */
  expected: 10_000_000,
  /** Maximum number of refused files that a batch remembers. */
  refused: 10_000,
} as const;
