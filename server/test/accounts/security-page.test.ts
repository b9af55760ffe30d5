import { readFile } from 'node:fs/promises';
import { roles } from 'millrace/shared/rules/roles.js';
import { expect, it } from 'vitest';
import { routeAccess } from '../../src/http/route-access.js';

it('docs/security.md has each route in the row of its role', async () => {
  const page = await readFile(new URL('../../../docs/security.md', import.meta.url), 'utf8');
  const accessOf: Record<string, string> = { 'without a key': 'public', 'with a signed URL': 'signed' };
  for (const role of roles) accessOf[`\`${role}\``] = role;
  const rows = Object.entries(accessOf).flatMap(([title, access]) => {
    const row = page.split('\n').find((line) => line.startsWith(`| ${title} |`)) ?? '';
    return [...row.matchAll(/`([A-Z]+ \/[^`]*)`/g)].map(([, route]) => [route, access]);
  });
  const withoutPrefixes = Object.entries(routeAccess).filter(([route]) => !/ \/(wpipe|api)\//.test(route));
  expect(rows.sort()).toEqual(withoutPrefixes.sort());
});
