/**
 * Returns a child's environment: the server's variables that processes need to start, find files and choose a language. An
 * allowlist is used, because a list of secrets can never be complete. API keys, DATABASE_URL and NODE_OPTIONS are not passed on.
 */
export declare function childEnvironment(parent: Readonly<Record<string, string | undefined>>, extra: Readonly<Record<string, string>>): Record<string, string>;
