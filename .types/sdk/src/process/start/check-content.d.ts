import type { ModuleDefinition } from '../../shared/modules/catalogue.js';
import type { Limits } from '../../shared/types/limits.js';
import type { FileSource } from './file-source.js';
/**
 * Runs cheap checks for file content that the first module would reject.
 *
 * @returns The problem, or `undefined`. A stream's content is not checked, because it can be read only once.
 */
export declare function checkContent(source: FileSource, fileName: string, first: ModuleDefinition, limits: Limits): Promise<string | undefined>;
