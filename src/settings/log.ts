import type { Logger, LogLevel } from '../shared/types/client-options.js';

export type Log = Readonly<
  Record<Exclude<LogLevel, 'off'>, (message: string, fields?: Record<string, unknown>) => void>
>;

export const logLevels: readonly LogLevel[] = ['off', 'error', 'warn', 'info', 'debug'];

const noop = (): void => undefined;

/** Creates a log that drops messages below the given level, and ignores errors that the logger throws. */
export function createLog(level: LogLevel, logger: Logger = stderrLogger): Log {
  const rank = logLevels.indexOf(level);
  const logAt = (name: keyof Log) =>
    logLevels.indexOf(name) > rank
      ? noop
      : (message: string, fields?: Record<string, unknown>) => {
          try {
            logger[name](message, fields);
          } catch {
            noop();
          }
        };
  return { error: logAt('error'), warn: logAt('warn'), info: logAt('info'), debug: logAt('debug') };
}

const writeAt =
  (level: string) =>
  (message: string, fields?: Record<string, unknown>): void => {
    const details = fields ? ` ${JSON.stringify(fields)}` : '';
    process.stderr.write(`millrace ${level}: ${message}${details}\n`);
  };

const stderrLogger: Logger = {
  error: writeAt('error'),
  warn: writeAt('warning'),
  info: writeAt('info'),
  debug: writeAt('debug'),
};
