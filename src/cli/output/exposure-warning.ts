/** What somebody should know who lets a server listen on more than this machine; nothing when it does not. */
export function exposureWarning(host: string | undefined, url: string): string | undefined {
  if (host === undefined || isOwn(host)) return undefined;
  const { port } = new URL(url);
  const reach = host === '0.0.0.0' || host === '::' ? 'every network of this machine' : `the network of ${host}`;
  return (
    `this server answers to ${reach} on port ${port}. The API asks for a key; health, the API's description and the ` +
    "dashboard's own files do not. It speaks HTTP: keys and files cross the network unencrypted, unless a proxy in front " +
    'of it speaks HTTPS.'
  );
}

function isOwn(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
