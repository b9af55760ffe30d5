import type { Connection } from '../http/connection.js';
import { Reporter } from './reporter.js';

const reportersByConnection = new WeakMap<Connection, Reporter>();

/** Returns a client's reporter, creating it if necessary. Each client has only one reporter, so that all its events are sent in order. */
export function getOrCreateReporter(connection: Connection): Reporter {
  const existing = reportersByConnection.get(connection);
  if (existing) return existing;
  const reporter = new Reporter(connection);
  reportersByConnection.set(connection, reporter);
  return reporter;
}

/** Returns a client's reporter, or `undefined` if the client has no reporter yet. */
export function findReporter(connection: Connection): Reporter | undefined {
  return reportersByConnection.get(connection);
}
