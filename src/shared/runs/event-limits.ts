import type { Json } from '../types/json.js';
import { markNotJson } from '../rules/json-record.js';

/** Limits of an event, and of a request with events. Programs keep to them, and servers enforce them. */
export const eventLimits = {
  /** Events in one request. */
  events: 1000,
  /** Bytes of a request that a program puts together. A single larger event is still sent. */
  requestBytes: 512 * 1024,
  /** Task runs of a run. */
  tasks: 10_000,
  /** Runs in one heartbeat. */
  alive: 10_000,
  /** Characters of a name, a version or a key. Longer ones are cut. */
  name: 255,
  /** Characters of a log line or of an error's message. Longer ones are cut. */
  message: 10_000,
  /** Characters of a run's input or result, of a step's output or of progress data, as JSON. Larger ones are left out. */
  json: 1024 ** 2,
  /** Levels of nesting in such a value. */
  depth: 90,
  /** Pipelines of a worker. */
  pipelines: 200,
  /** Steps of a pipeline. */
  steps: 1000,
} as const;

/** Returns what replaces a value that is too large to be reported. A run cannot be resumed with it. */
export function leftOut(characters: number): Json {
  return markNotJson(`left out: as JSON it has ${characters} characters, more than ${eventLimits.json}`);
}

/** Cuts a text that is too long, and ends it with an ellipsis. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
