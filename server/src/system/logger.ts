export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

type Fields = Readonly<Record<string, unknown>>;

/** Receives the server's log messages, which never contain keys, queries or file contents. */
export interface Logger {
  error(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
}

const levels: readonly LogLevel[] = ['off', 'error', 'warn', 'info', 'debug'];

/** Returns a logger that writes one line per message to standard error: time, level, message, and fields as JSON. */
export function createLogger(level: LogLevel, write = (line: string) => void process.stderr.write(line)): Logger {
  const logAt = (name: LogLevel) => (message: string, fields?: Fields) => {
    if (levels.indexOf(name) > levels.indexOf(level)) return;
    const details = fields && Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
    write(`${new Date().toISOString()} ${name.toUpperCase().padEnd(5)} ${message}${details}\n`);
  };
  return { error: logAt('error'), warn: logAt('warn'), info: logAt('info'), debug: logAt('debug') };
}
