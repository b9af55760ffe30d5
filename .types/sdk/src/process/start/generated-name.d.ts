import type { Limits } from '../../shared/types/limits.js';
/**
 * Generates a name for a file without one. The name consists of the local name, which makes the file recognisable in lists, and
 * ten letters, which prevent a conflict if the file is processed twice.
 *
 * @param idempotencyKey Determines the letters. A retry with the same key, even by another process, must send the same request;
 * otherwise, the server rejects the key.
 */
export declare function generateFileName(localName: string, extension: string, limits: Limits, idempotencyKey: string): string;
