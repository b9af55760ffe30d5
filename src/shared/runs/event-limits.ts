import type { Json } from '../types/json.js';
import { createLeftOutPlaceholder } from '../rules/json-record.js';

/** Limits for events, for the requests that report events, and for workers. Shared by the SDK and the server. */
export const eventLimits = {
  /** Maximum number of events per request. */
  events: 1000,
  /** Approximate maximum size of a request with several events, in characters. A single larger event is still sent. */
  requestCharacters: 512 * 1024,
  /** Maximum number of task runs per run. */
  tasks: 10_000,
  /** Maximum number of runs per heartbeat. */
  aliveRuns: 10_000,
  /** Maximum length of a name, version or key. Longer values are truncated in events, and rejected elsewhere. */
  nameLength: 255,
  /** Maximum length of a log line, an error message or a progress message. Longer text is truncated. */
  messageLength: 10_000,
  /**
   * Maximum length, in characters of JSON, of a run's input or result, a task's output, progress data, or error details. In events, longer
   * values are replaced by a placeholder.
   */
  jsonCharacters: 1024 ** 2,
  /**
   * Maximum total size of the records of a run's tasks, without their outputs, in characters. Beyond this limit, changed tasks are
   * recorded in shortened form.
   */
  recordCharacters: 16_000_000,
  /** Maximum nesting depth of the values that `jsonCharacters` limits. */
  jsonDepth: 90,
  /** Maximum number of pipelines, flows and tasks per worker. */
  pipelines: 200,
  /** Maximum number of steps per pipeline. */
  steps: 1000,
} as const;

/** Returns the placeholder for a value that is too large to report. The value cannot be restored from the placeholder. */
export function createTooLargePlaceholder(characters: number): Json {
  return createLeftOutPlaceholder(
    `left out: as JSON it has ${characters} characters, more than ${eventLimits.jsonCharacters}`,
  );
}

/** Truncates a long string and adds an ellipsis. The result has at most `limit` characters. */
export function truncateText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
