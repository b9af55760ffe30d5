/** The size and checksum announced by the server. */
export interface ExpectedContent {
    readonly length: number | undefined;
    /** The SHA-256 checksum, base64-encoded. */
    readonly sha256: string | undefined;
}
/** Checks a download against the announced size and checksum. */
export declare class ContentCheck {
    #private;
    /** @param what The downloaded file, phrased to follow "Expected". */
    constructor(what: string);
    /** Number of bytes so far. */
    get length(): number;
    add(chunk: Uint8Array): void;
    /** @returns The size and checksum of the whole content. @throws `IntegrityError` */
    end({ length, sha256 }: ExpectedContent): {
        length: number;
        sha256: string;
    };
}
