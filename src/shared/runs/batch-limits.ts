/** Limits for batches of files. */
export const batchLimits = {
  /** Maximum number of unfinished batches per account. */
  unfinished: 1000,
  /** Maximum number of finished batches per account. If there are more, the oldest are deleted. */
  finished: 10_000,
  /** Maximum length of a batch's name. */
  nameLength: 255,
  /** Maximum length of the key that identifies a file within its batch. */
  keyLength: 1024,
  /** Maximum value of the file counts that a client reports for a batch: `expected` and `skipped`. */
  reportedFiles: 10_000_000,
  /** Once a batch has this many recorded refusals, no more are recorded. */
  refused: 10_000,
} as const;
