import pg from 'pg';
import { type Notifications } from '../db/notifications.js';
/**
 * A connection that receives notifications from a PostgreSQL server. If the connection is lost, it reconnects and notifies the
 * subscribers.
 */
export declare class ListenConnection implements Notifications {
    #private;
    constructor(config: pg.ClientConfig);
    listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<() => Promise<void>>;
    close(): Promise<void>;
}
