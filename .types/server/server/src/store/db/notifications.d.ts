/** Receives PostgreSQL's NOTIFY messages. */
export interface Notifications {
    listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<() => Promise<void>>;
    close(): Promise<void>;
}
/** The subscribers of each channel. */
export declare class Subscribers {
    #private;
    get channels(): string[];
    has(channel: string): boolean;
    /**
     * Adds a subscriber. Returns a function that removes the subscriber, and that returns whether the channel then has no
     * subscribers left.
     */
    add(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): () => boolean;
    deliver(channel: string, payload: string): void;
    reconnected(): void;
}
