import { showValue } from './show-value.js';

/** What a key may do, from the least to the most. Each role includes those before it. */
export const roles = ['reader', 'runner', 'operator', 'admin'] as const;

/**
 * What a key may do: a `reader` sees; a `runner` also processes files, reports runs and cancels the runs that it started; an
 * `operator` does everything with runs and files; an `admin` also manages keys and webhooks.
 */
export type Role = (typeof roles)[number];

export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Checks the name of an API key. It must not look like an id, because either identifies a key. */
export function checkKeyName(value: unknown): string | undefined {
  if (typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) && !/^\.+$/.test(value) && !uuid.test(value))
    return undefined;
  return `Expected a key's name to be 1 to 64 letters, digits, dots, hyphens or underscores, and not an id, got ${showValue(value)}`;
}
