import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../system/clock.js';

type Purpose = 'upload' | 'download';

interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The content of a policy, before encoding. */
interface Claims {
  readonly purpose: Purpose;
  readonly file: string;
  /** The expiry time, in Unix milliseconds. */
  readonly expires: number;
}

/**
 * Creates and verifies presigned upload forms and download URLs. Each lets a client upload or download one file for a limited time, without
 * an API key.
 */
export class Presigner {
  readonly #secret: Buffer;
  readonly #clock: Clock;
  readonly #lifetimeSeconds: number;

  /** @param lifetimeSeconds How long each form or URL is valid. */
  constructor(secret: Buffer, clock: Clock, lifetimeSeconds: number) {
    this.#secret = secret;
    this.#clock = clock;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  /** Returns an S3-style form. The client must post all fields unchanged, followed by the file. */
  createUploadForm(baseUrl: string, fileId: string): UploadForm {
    return { url: `${baseUrl}/_upload`, fields: { key: fileId, ...this.#sign('upload', fileId) } };
  }

  createDownloadUrl(baseUrl: string, fileId: string): string {
    return `${baseUrl}/_download/${fileId}?${new URLSearchParams(this.#sign('download', fileId)).toString()}`;
  }

  /** Returns whether the policy and signature are valid for this purpose and file, and have not expired. */
  allows(purpose: Purpose, fileId: string, policy: string | undefined, signature: string | undefined): boolean {
    if (!policy || !signature || !isEqual(this.#mac(policy), signature)) return false;
    const claims = JSON.parse(Buffer.from(policy, 'base64url').toString()) as Claims;
    return claims.purpose === purpose && claims.file === fileId && claims.expires > this.#clock.now().getTime();
  }

  #sign(purpose: Purpose, file: string): { policy: string; signature: string } {
    const claims: Claims = { purpose, file, expires: this.#clock.now().getTime() + this.#lifetimeSeconds * 1000 };
    const policy = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return { policy, signature: this.#mac(policy) };
  }

  #mac(policy: string): string {
    return createHmac('sha256', this.#secret).update(policy).digest('hex');
  }
}

/** Compares strings in constant time. */
function isEqual(a: string, b: string): boolean {
  const [bufferA, bufferB] = [Buffer.from(a), Buffer.from(b)];
  return bufferA.length === bufferB.length && timingSafeEqual(bufferA, bufferB);
}
