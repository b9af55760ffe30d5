import { dirname, join, normalize } from 'node:path/posix';
import type { Page } from './page.js';

/**
 * Checks that the links of the pages lead to files of the repository and to headings of the pages. Other URLs are not requested.
 *
 * @param exists Whether the repository contains a path.
 * @returns The problems, as `page:line: message`.
 */
export function checkLinks(pages: readonly Page[], exists: (path: string) => boolean): string[] {
  const known = new Map(pages.map((page) => [page.path, page]));
  return pages.flatMap(({ path, links }) =>
    links.flatMap(({ target, line }) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? path : normalize(join(dirname(path), file)).replace(/\/$/, '');
      if (!exists(place)) return [`${path}:${line}: Expected ${place} to be there, got nothing`];
      if (anchor === undefined) return [];
      const has = known.get(place)?.headings.some((heading) => heading.anchor === anchor);
      return has ? [] : [`${path}:${line}: Expected ${place} to have a heading #${anchor}, got none`];
    }),
  );
}
