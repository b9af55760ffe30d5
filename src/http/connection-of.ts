import type { Connection } from './connection.js';

/** The same in every copy of the package. */
const slot = Symbol.for('millrace.connection');

/** Puts a client's connection where the other rooms of this package find it, and where no one looks. */
export function lendConnection(client: object, connection: Connection): void {
  Object.defineProperty(client, slot, { value: connection });
}

/** The connection of a client, for what reports through it. */
export function connectionOf(client: object): Connection {
  return (client as Record<symbol, Connection>)[slot] as Connection;
}
