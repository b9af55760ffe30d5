import type { Json } from '../types/json.js';
import { leftOutPlaceholder } from '../rules/json-record.js';

/** Limits for events and for the requests that report events. The SDK stays within the limits, and the server enforces them. */
export const eventLimits = {
  /** Maximum number of events per request. */
  events: 1000,
  /** Maximum size of a request with several events, in bytes. A single larger event is still sent. */
  requestBytes: 512 * 1024,
  /** Maximum number of task runs per run. */
  tasks: 10_000,
  /** Maximum number of runs per heartbeat. */
  alive: 10_000,
  /** Maximum length of a name, version or key. Longer values are truncated. */
  name: 255,
  /** Maximum length of a log line or an error message. Longer text is truncated. */
  message: 10_000,
  /**
   * Maximum length, as JSON, of a run's input or result, a step's output, or progress data. Larger values are replaced by a
   * placeholder.
   */
  json: 1024 ** 2,
  /**
   * Maximum total size of the names, errors and progress of a run's tasks, in characters. Beyond this limit, errors and progress are
   * recorded without details, and error messages are shortened.
   */
  record: 16 * 1024 ** 2,
  /** Maximum nesting depth of the values that `json` limits. */
  depth: 90,
  /** Maximum number of pipelines per worker. */
  pipelines: 200,
  /** Maximum number of steps per pipeline. */
  steps: 1000,
} as const;

/** Returns the placeholder for a value that is too large to report. A run cannot be resumed from a placeholder. */
export function tooLargePlaceholder(characters: number): Json {
  return leftOutPlaceholder(`left out: as JSON it has ${characters} characters, more than ${eventLimits.json}`);
}

/** Truncates a long string and adds an ellipsis. The result has at most `limit` characters. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
