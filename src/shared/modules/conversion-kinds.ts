import { extensionOf } from '../rules/files/file-name.js';
import { fileKinds, kindFromFileName, type FileKind } from './file-kinds.js';

/** The kinds of files that a server can read only with a conversion endpoint. */
const endpointOnlyKinds: readonly FileKind[] = [
  { name: 'rtf', format: 'text', extensions: ['.rtf'] },
  { name: 'odt', format: 'text', extensions: ['.odt'] },
  { name: 'ods', format: 'text', extensions: ['.ods'] },
  { name: 'odp', format: 'text', extensions: ['.odp'] },
  { name: 'xlsx', format: 'text', extensions: ['.xlsx'] },
  { name: 'doc', format: 'text', extensions: ['.doc'] },
  { name: 'xls', format: 'text', extensions: ['.xls'] },
  { name: 'ppt', format: 'text', extensions: ['.ppt'] },
  { name: 'eml', format: 'text', extensions: ['.eml'] },
  { name: 'msg', format: 'text', extensions: ['.msg'] },
  { name: 'epub', format: 'text', extensions: ['.epub'] },
];

/** The names of the kinds of files that a conversion endpoint can convert to text. */
export const conversionKindNames: readonly string[] = [...fileKinds, ...endpointOnlyKinds]
  .filter(({ format }) => format === 'text')
  .map(({ name }) => name);

/**
 * Finds a kind of file by its name or one of its extensions, ignoring case. For an unknown extension of at most 20 ASCII letters and
 * digits, returns a text kind with only that extension. Returns `undefined` for any other unknown value, and for a kind that cannot be
 * converted to text, such as `png`.
 */
export function findConversionKind(nameOrExtension: string): FileKind | undefined {
  const wanted = nameOrExtension.toLowerCase();
  const kind = [...fileKinds, ...endpointOnlyKinds].find(
    ({ name, extensions }) => name === wanted || extensions.includes(wanted),
  );
  if (kind) return kind.format === 'text' ? kind : undefined;
  return /^\.[a-z0-9]{1,20}$/.test(wanted) ? { name: wanted, format: 'text', extensions: [wanted] } : undefined;
}

/** Returns the kind in `endpointOnlyKinds` that a file's extension indicates, or `undefined` for any other extension. */
export function endpointOnlyKindFromFileName(fileName: string): FileKind | undefined {
  const extension = extensionOf(fileName);
  return kindFromFileName(fileName)
    ? undefined
    : endpointOnlyKinds.find(({ extensions }) => extensions.includes(extension));
}
