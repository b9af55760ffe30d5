import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/**
 * `/_upload/:file`: accepts a reservation's file in any number of chunks, using tus 1.0
 * (https://tus.io/protocols/resumable-upload) with the creation, termination and expiration extensions. The presigned form's
 * `policy` and `signature` are sent as the headers `upload-policy` and `upload-signature`.
 *
 * `@tus/server` is not used, because it stores uploads, locks and expiry times itself, and the reservation already stores all
 * three. The rest of the protocol fits in this file.
 */
export declare function resumableUploadRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
