/** How far an upload or a download is, in bytes. Reported at most ten times a second; the last report is the end. */
export interface TransferProgress {
  loaded: number;
  /** `undefined` when the size is unknown. */
  total: number | undefined;
}
