/** Returns the URL without a trailing slash, or a message that explains why it is invalid. */
export declare function readApiUrl(text: unknown): {
    url: string;
} | {
    problem: string;
};
/** Returns whether two URLs refer to the same server. `localhost` is the same machine as `127.0.0.1` and as `[::1]`. */
export declare function isSameServer(one: string | undefined, other: string | undefined): boolean;
