import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Special-purpose IPv4 ranges (https://www.iana.org/assignments/iana-ipv4-special-registry), and the multicast range. */
const specialIpv4: readonly (readonly [network: string, prefixLength: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Special-purpose ranges within the global unicast IPv6 range. They are not publicly routed, or embed IPv4 addresses (Teredo, 6to4). */
const specialIpv6: readonly (readonly [network: string, prefixLength: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const specialRanges = new BlockList();
for (const [network, prefixLength] of specialIpv4) specialRanges.addSubnet(network, prefixLength, 'ipv4');
for (const [network, prefixLength] of specialIpv6) specialRanges.addSubnet(network, prefixLength, 'ipv6');

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Thrown if a webhook's host has no public address. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly code = 'private_address';

  constructor(host: string) {
    super(
      `${host} is not a public address, and this server's webhookPrivateAddresses setting does not allow private ones`,
    );
  }
}

/** Returns whether an IP address belongs to the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !specialRanges.check(address, 'ipv4');
  return isIP(address) === 6 && globalUnicast.check(address, 'ipv6') && !specialRanges.check(address, 'ipv6');
}

/**
 * Checks the host of a URL without a DNS lookup. {@link lookupPublic} checks the addresses to which a host name resolves.
 *
 * @throws `PrivateAddressError` if the host is `localhost`, a subdomain of `localhost`, or an IP address that is not public.
 */
export function assertPublicHost(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isLocalhost = host === 'localhost' || host.endsWith('.localhost');
  if (isLocalhost || (isIP(host) !== 0 && !isPublicAddress(host))) throw new PrivateAddressError(host);
}

/**
 * Resolves a host name to its public addresses only, and fails with a `PrivateAddressError` if the host has no public address. Prevents DNS
 * rebinding, because the connection uses the checked addresses.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  const lookupOptions: LookupOptions & { all: true } = { ...options, all: true };
  lookup(hostname, lookupOptions, (error, addresses: LookupAddress[]) => {
    if (error) {
      callback(error, '', 0);
      return;
    }
    const allowed = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (!first) {
      callback(new PrivateAddressError(hostname), '', 0);
      return;
    }
    if (options.all) {
      callback(null, allowed);
      return;
    }
    callback(null, first.address, first.family);
  });
};
