import { type NetConnectOpts } from 'node:net';
/**
 * A listening socket that shows that its process is running. The kernel accepts connections even while the event loop is blocked.
 */
export declare class LockSocket {
    #private;
    private constructor();
    /**
     * Listens on a socket at the path. If the file system does not support sockets or the path is too long, no socket is opened,
     * and only the pid identifies the owner.
     */
    static listen(path: string): Promise<LockSocket>;
    close(): Promise<void>;
}
/** Returns whether a process is listening at the address, or `unknown` if that cannot be determined. */
export declare function isListening(address: NetConnectOpts): Promise<boolean | 'unknown'>;
