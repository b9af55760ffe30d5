import { dirname, join, normalize } from 'node:path/posix';
import type { Page } from './page.js';

/**
 * Looks for what the links of the pages lead to: files of the repository, and headings of the pages. Addresses elsewhere are not asked.
 *
 * @param exists Whether the repository contains a path.
 * @returns What is wrong, as `page:line: message`.
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
