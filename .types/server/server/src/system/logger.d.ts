export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';
type Fields = Readonly<Record<string, unknown>>;
/** Receives the server's log messages, which never contain keys, queries or file contents. */
export interface Logger {
    error(message: string, fields?: Fields): void;
    warn(message: string, fields?: Fields): void;
    info(message: string, fields?: Fields): void;
    debug(message: string, fields?: Fields): void;
}
/** Returns a logger that writes one line per message to standard error: time, level, message, and fields as JSON. */
export declare function createLogger(level: LogLevel, write?: (line: string) => undefined): Logger;
export {};
