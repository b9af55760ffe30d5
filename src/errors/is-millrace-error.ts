import { errorBrand, type MillraceError } from './millrace-error.js';
import type { ErrorCode } from '../shared/types/error-code.js';

/**
 * Returns whether an error was thrown by this package and, if a code is given, has that code. Works across the ESM and CJS copies
 * of the package, where `instanceof` does not.
 *
 * @example
 * ```ts
 * try {
 *   await pipeline.process('./lease.pdf');
 * } catch (error) {
 *   if (isMillraceError(error, 'wait_timeout')) console.log('still running:', error.requestId);
 *   else throw error;
 * }
 * ```
 */
export function isMillraceError<K extends ErrorCode>(
  error: unknown,
  code: K,
): error is MillraceError & { readonly code: K };
export function isMillraceError(error: unknown): error is MillraceError;
export function isMillraceError(error: unknown, code?: ErrorCode): boolean {
  if (typeof error !== 'object' || error === null || !(errorBrand in error)) return false;
  return code === undefined || (error as { code?: unknown }).code === code;
}
