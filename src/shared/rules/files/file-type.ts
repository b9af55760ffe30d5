import { findModule } from '../../modules/catalogue.js';
import type { ModuleDefinition } from '../../modules/module-definition.js';
import { kindOfName } from '../../modules/file-kinds.js';
import type { DataFormat } from '../../modules/module.js';
import type { Limits } from '../../types/limits.js';
import { extensionOf } from './file-name.js';
import { looseLimits } from '../limits.js';
import { showValue } from '../show-value.js';

/** Image formats that no server decodes. Programs that open such images can save them in another format. */
const otherImages = /\.(bmp|hei[cf]|svg)$/i;

type NameRule = (fileName: string) => string | undefined;

/** Returns the check for the names of a chain's files; `undefined` if the chain's first module is not built in. */
export function inputNameRule(chain: readonly string[], limits: Limits): NameRule | undefined {
  const first = findModule(chain[0] ?? '');
  return first && ((fileName) => checkInputName(fileName, first, limits));
}

/** Checks a file's name against the kinds of files that a module accepts from users, as {@link checkFileType} does. */
export function checkInputName(
  fileName: string,
  { input, alsoTakes = [] }: ModuleDefinition,
  limits: Limits,
): string | undefined {
  const extension = extensionOf(fileName);
  const isOther = alsoTakes.some((format) => limits.extensions[format].includes(extension));
  return isOther ? undefined : checkFileType(fileName, input, limits);
}

/**
 * Checks a file's name against the kinds of files that a server accepts for a format. Ignores case. With {@link looseLimits}, only
 * names of another format's files are refused, because a server may accept more kinds than this package knows.
 */
export function checkFileType(fileName: string, format: DataFormat, limits: Limits): string | undefined {
  const accepted = limits.extensions[format];
  if (accepted.includes(extensionOf(fileName))) return undefined;
  const kind = kindOfName(fileName);
  if (kind === undefined && limits === looseLimits) return undefined;
  if (kind === undefined && format === 'text' && limits.textByContent) return undefined;
  const isOtherImage = format === 'image' && otherImages.test(fileName);
  return `${expectedFile(format, limits)}, got ${showValue(fileName)}${isOtherImage ? '. Save it as a PNG or JPEG' : ''}`;
}

/** Returns the first half of an error message: the files that a server accepts for a format. */
export function expectedFile(format: DataFormat, limits: Limits): string {
  const other = format === 'text' && limits.textByContent ? ', or another text' : '';
  return `Expected a file that ends in ${limits.extensions[format].join(', ')}${other}`;
}
