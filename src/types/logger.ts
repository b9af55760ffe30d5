export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

export type LogFn = (message: string, fields?: Record<string, unknown>) => void;

/** Anything with these four methods: pino, winston and `console` fit. */
export interface Logger {
  error: LogFn;
  warn: LogFn;
  info: LogFn;
  debug: LogFn;
}
