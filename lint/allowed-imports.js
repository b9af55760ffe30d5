import { posix, relative, resolve } from 'node:path';
import { arrows, restrictedPackages } from './arrows.js';

const root = resolve(import.meta.dirname, '..');
/** The files that every file may import. */
const manifests = ['package.json', 'server/package.json'];

const withoutExtension = (path) => path.replace(/\.(js|tsx?)$/, '');

/** Returns whether a path is an entry or is inside it. Imports use the extension `.js` for `.ts` and `.tsx` files. */
const isIn = (path, entry) =>
  /\.tsx?$/.test(entry) ? withoutExtension(path) === withoutExtension(entry) : path.startsWith(`${entry}/`);

/** Returns the path of the imported file, relative to the root of the repository, or `undefined` for a package. */
function resolveImport(specifier, importer) {
  if (/^\.\.?(\/|$)/.test(specifier)) return posix.join(posix.dirname(importer), specifier);
  if (specifier === '@millrace/server') return 'server/src/index.ts';
  if (specifier === 'millrace') return 'src/index.ts';
  if (specifier.startsWith('millrace/')) return specifier.replace('millrace/', 'src/');
  return undefined;
}

/**
 * Returns why `arrows.js` forbids an import, or `undefined` if it is allowed. Compares only paths, so the files need not exist.
 *
 * @param {string} importer The path of the importing file, relative to the root of the repository.
 * @param {string} specifier
 */
export function whyForbidden(importer, specifier) {
  const importerEntry = Object.keys(arrows).find((entry) => isIn(importer, entry));
  if (importerEntry === undefined) return undefined;
  const path = resolveImport(specifier, importer);
  if (path === undefined) {
    const packageName = Object.keys(restrictedPackages).find(
      (name) => specifier === name || specifier.startsWith(`${name}/`),
    );
    if (packageName === undefined || restrictedPackages[packageName].includes(importerEntry)) return undefined;
    return `Expected '${packageName}' to be imported only in ${restrictedPackages[packageName].join(', ')}, got an import in ${importerEntry}.`;
  }
  const allowed = [...new Set([importerEntry, ...arrows[importerEntry]])];
  if (manifests.includes(path) || allowed.some((entry) => isIn(path, entry))) return undefined;
  return `Expected ${importerEntry} to import only ${allowed.join(', ')}, got '${specifier}'.`;
}

/** Forbids imports that `arrows.js` does not list. Also checks dynamic imports, imports of types, re-exports and `require`. */
export const allowedImports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const importer = relative(root, context.filename).replaceAll('\\', '/');
    const check = (source) => {
      const message = typeof source?.value === 'string' ? whyForbidden(importer, source.value) : undefined;
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
      TSExternalModuleReference: (node) => check(node.expression),
      CallExpression({ callee, arguments: [path] }) {
        if (callee.name === 'require') check(path);
      },
    };
  },
};
