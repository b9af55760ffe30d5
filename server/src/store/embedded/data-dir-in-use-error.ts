/** Another process has the data directory open, or this one has. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  /** The process that has it. */
  readonly pid: number;

  constructor(message: string, pid: number) {
    super(message);
    this.pid = pid;
  }
}
