export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

type Fields = Readonly<Record<string, unknown>>;

/** Receives the server's log messages, which never contain keys, queries or file contents. */
export interface Logger {
  error(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
}

/** The log levels, from the least to the most verbose. */
const levels: readonly LogLevel[] = ['off', 'error', 'warn', 'info', 'debug'];

/**
 * Returns a logger that writes messages at `level` or above. Each line contains the time, level and message, and the fields as JSON. By
 * default, writes to standard error.
 */
export function createLogger(level: LogLevel, write = (line: string) => void process.stderr.write(line)): Logger {
  const logAt = (messageLevel: LogLevel) => (message: string, fields?: Fields) => {
    if (levels.indexOf(messageLevel) > levels.indexOf(level)) return;
    const details = fields && Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
    write(`${new Date().toISOString()} ${messageLevel.toUpperCase().padEnd(5)} ${message}${details}\n`);
  };
  return { error: logAt('error'), warn: logAt('warn'), info: logAt('info'), debug: logAt('debug') };
}
