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
