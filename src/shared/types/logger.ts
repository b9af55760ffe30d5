/** How much is logged: a level, and what is graver. */
export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

/** Takes one line, and what belongs to it. */
export type LogFn = (message: string, fields?: Record<string, unknown>) => void;

/** Anything with these four methods: pino, winston and `console` fit. */
export interface Logger {
  error: LogFn;
  warn: LogFn;
  info: LogFn;
  debug: LogFn;
}
