import { eventLimits } from '../runs/event-limits.js';
import { describeInvalidTextCharacters } from './characters.js';
import { formatValue } from './format-value.js';

/** The roles of API keys. Each role includes the rights of the roles before it. */
export const roles = ['reader', 'runner', 'operator', 'admin'] as const;

/**
 * The role of an API key. A `reader` can only read. A `runner` can also process files, start and report runs, and cancel, resume and
 * rerun the runs that it started. An `operator` can also manage all runs and files. An `admin` can also manage keys and webhooks.
 */
export type Role = (typeof roles)[number];

/** Returns whether a role includes the rights of the required role. */
export function includesRole(role: Role, required: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(required);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns an error message if a key's name is invalid. A name must not look like an id, because users can identify a key by either. */
export function checkKeyName(value: unknown): string | undefined {
  return checkName('a key', value);
}

/** Returns an error message if an account's name is invalid. */
export function checkAccountName(value: unknown): string | undefined {
  return checkName('an account', value);
}

function checkName(noun: string, value: unknown): string | undefined {
  if (typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) && !/^\.+$/.test(value) && !uuid.test(value))
    return undefined;
  return `Expected ${noun}'s name to be 1 to 64 letters, digits, dots, hyphens or underscores, and not an id, got ${formatValue(value)}`;
}

/** Maximum number of pipelines, flows and tasks that a key can be restricted to. */
const maxPipelines = 100;

/**
 * Returns an error message if a key with the role cannot be restricted to these pipelines, flows and tasks. Admin keys cannot be
 * restricted.
 */
export function checkKeyPipelines(value: unknown, role: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxPipelines || !value.every(isPipelineName)) {
    const rule = `1 to ${maxPipelines} names of pipelines, flows or tasks, of 1 to ${eventLimits.nameLength} characters`;
    return `Expected a key's pipelines to be ${rule}, got ${formatValue(value)}`;
  }
  if (role !== 'admin') return undefined;
  return 'Expected a key with pipelines to have the role reader, runner or operator, got admin, which manages the whole account';
}

function isPipelineName(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= eventLimits.nameLength &&
    describeInvalidTextCharacters(value) === undefined
  );
}
