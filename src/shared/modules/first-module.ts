import { findModule } from './catalogue.js';
import { inputExtensions } from './formats.js';

/** The extensions that a chain's input files may have, where its first module is built in. */
export function inputExtensionsOf(chain: readonly string[]): readonly string[] | undefined {
  const first = findModule(chain[0] ?? '');
  return first && inputExtensions[first.input];
}
