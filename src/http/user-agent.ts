import { version } from '../../package.json';

/** How this package introduces itself to a server. */
export const userAgent = `millrace/${version} node/${process.versions.node}`;
