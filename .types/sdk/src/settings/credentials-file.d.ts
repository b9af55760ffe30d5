export interface Credentials {
    readonly path: string;
    /**
     * Whether `MILLRACE_DATA` is relative. Somebody else may have written the file in the working directory, so its URL is not used
     * with a key from elsewhere.
     */
    readonly isRelative: boolean;
    readonly apiUrl?: string;
    readonly apiKey?: string;
    /** Why the file, if it exists, could not be used. */
    readonly problem?: string;
}
/** Reads the credentials file that a server on this machine writes for its clients when it first starts. */
export declare function readCredentials(env: NodeJS.ProcessEnv): Credentials;
