import { dirname, join, normalize } from 'node:path/posix';
import type { Page } from './page.js';

/**
 * Checks that the links of the pages lead to files of the repository and to headings of the pages. Other URLs are not requested.
 *
 * @param exists Whether the repository contains a path.
 * @returns The problems, as `page:line: message`.
 */
export function checkLinks(pages: readonly Page[], exists: (path: string) => boolean): string[] {
  const pagesByPath = new Map(pages.map((page) => [page.path, page]));
  return pages.flatMap(({ path, links }) =>
    links.flatMap(({ target, line }) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [file = '', anchor] = target.split('#');
      const targetPath = file === '' ? path : normalize(join(dirname(path), file)).replace(/\/$/, '');
      if (!exists(targetPath)) return [`${path}:${line}: Expected ${targetPath} to be there, got nothing`];
      if (anchor === undefined) return [];
      const hasAnchor = pagesByPath.get(targetPath)?.headings.some((heading) => heading.anchor === anchor);
      return hasAnchor ? [] : [`${path}:${line}: Expected ${targetPath} to have a heading #${anchor}, got none`];
    }),
  );
}
