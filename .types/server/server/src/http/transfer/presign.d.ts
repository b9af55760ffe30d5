import type { Clock } from '../../system/clock.js';
type Purpose = 'upload' | 'download';
interface UploadForm {
    readonly url: string;
    readonly fields: Readonly<Record<string, string>>;
}
/** Signs URLs. A presigned URL allows one file to be uploaded or downloaded for a limited time without an API key. */
export declare class Presigner {
    #private;
    constructor(secret: Buffer, clock: Clock, seconds: number);
    /** Returns an S3-style form: the client posts all fields unchanged, followed by the file. */
    uploadForm(baseUrl: string, fileId: string): UploadForm;
    downloadUrl(baseUrl: string, fileId: string): string;
    /** Whether the policy and signature are valid for this purpose and file and have not expired. */
    allows(purpose: Purpose, fileId: string, policy: string | undefined, signature: string | undefined): boolean;
}
export {};
