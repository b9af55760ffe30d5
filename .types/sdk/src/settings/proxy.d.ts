/** A proxy in the form that axios accepts. */
export type ProxyChoice = false | {
    readonly protocol: string;
    readonly host: string;
    readonly port: number;
    readonly auth?: {
        readonly username: string;
        readonly password: string;
    };
};
interface ProxyVariables {
    readonly http: string;
    readonly https: string;
    readonly all: string;
    readonly no: string;
}
/** Reads the proxy environment variables. As in curl, lower-case names take precedence. */
export declare function readProxyVariables(env: NodeJS.ProcessEnv): ProxyVariables;
/**
 * Returns the proxy that the environment sets for a URL, or `false` for no proxy. A server on this machine needs no proxy.
 */
export declare function proxyFromEnvironment(url: URL, variables: ProxyVariables): ProxyChoice;
/** Parses `http://user:password@host:port` or `host:port`. @throws `TypeError` for any other form. */
export declare function parseProxy(text: string): Exclude<ProxyChoice, false>;
/** Describes an invalid proxy for an error message, without the password that it may contain. */
export declare function showProxy(value: unknown): string;
export {};
