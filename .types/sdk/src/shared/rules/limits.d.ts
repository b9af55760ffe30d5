import type { Limits } from '../types/limits.js';
/** A Millrace server's default limits. */
export declare const defaultLimits: Limits;
/** The hosted service's limits. They apply to every server without `/v1`. */
export declare const originalLimits: Limits;
/**
 * Limits that are looser than any server's. An argument that exceeds them is invalid everywhere, so it is rejected before
 * the server's limits are fetched.
 */
export declare const looseLimits: Limits;
