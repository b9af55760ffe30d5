import { type LookupFunction } from 'node:net';
/** Thrown if a webhook's host does not have a public address. */
export declare class PrivateAddressError extends Error {
    readonly name = "PrivateAddressError";
    readonly code = "private_address";
    constructor(host: string);
}
/** Returns whether an IP address belongs to the public internet. */
export declare function isPublicAddress(address: string): boolean;
/**
 * Rejects URLs that can be identified as private without a DNS lookup. {@link lookupPublic} checks all other URLs.
 *
 * @throws `PrivateAddressError` if the URL's host is private.
 */
export declare function refusePrivateHost(url: URL): void;
/**
 * Resolves a host name to its public addresses only. The connection uses the checked addresses, so changing the DNS record after
 * the check has no effect.
 */
export declare const lookupPublic: LookupFunction;
