import type { Connection } from '../http/connection.js';
import { Reporter } from './reporter.js';

const reporters = new WeakMap<Connection, Reporter>();

/** Returns a client's reporter, creating it if necessary. Each client has only one reporter, so that its events are sent in order. */
export function reporterOf(connection: Connection): Reporter {
  const existing = reporters.get(connection);
  if (existing) return existing;
  const reporter = new Reporter(connection);
  reporters.set(connection, reporter);
  return reporter;
}

/** Returns a client's reporter, or `undefined` if the client has no reporter yet. */
export function findReporter(connection: Connection): Reporter | undefined {
  return reporters.get(connection);
}
