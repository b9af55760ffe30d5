import type { Json } from '../types/json.js';
import { markNotJson } from '../rules/json-record.js';

/** What one report, and one request that carries reports, may hold: programs keep to it, and servers hold them to it. */
export const eventLimits = {
  /** Reports in one request. */
  events: 1000,
  /** Bytes of a request that a program puts together; a single larger report still goes. */
  requestBytes: 512 * 1024,
  /** Task runs of a run. */
  tasks: 10_000,
  /** Runs that one request says are still going on. */
  alive: 10_000,
  /** Characters of a name, a version or a key. What is longer is cut. */
  name: 255,
  /** Characters of a log line or of an error's message. What is longer is cut. */
  message: 10_000,
  /** Characters of a run's input or result, of a step's output or of progress data, as JSON. What is larger is left out. */
  json: 1024 ** 2,
  /** Levels that such a value is nested. */
  depth: 90,
  /** Pipelines of a worker. */
  pipelines: 200,
  /** Steps of a pipeline. */
  steps: 1000,
} as const;

/** Stands for a value that is too large to be reported, and that no run can go on with. */
export function leftOut(characters: number): Json {
  return markNotJson(`left out: as JSON it has ${characters} characters, more than ${eventLimits.json}`);
}

/** Cuts a text where it is too long, and shows that it did. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
