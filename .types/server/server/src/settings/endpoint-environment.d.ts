type Environment = Readonly<Record<string, string | undefined>>;
/** Reads each module's endpoint from `MILLRACE_<MODULE>_BASE_URL` and related variables. The endpoints are not validated. */
export declare function readEndpoints(env: Environment): Record<string, Record<string, unknown>>;
export {};
