import type { Connection } from '../http/connection.js';
import { Reporter } from './reporter.js';

const reporters = new WeakMap<Connection, Reporter>();

/** A client has one, whatever reports through it: so its reports keep their order. */
export function reporterOf(connection: Connection): Reporter {
  const known = reporters.get(connection);
  if (known) return known;
  const reporter = new Reporter(connection);
  reporters.set(connection, reporter);
  return reporter;
}

/** The reporter of a client, if anything was reported through it. */
export function findReporter(connection: Connection): Reporter | undefined {
  return reporters.get(connection);
}
