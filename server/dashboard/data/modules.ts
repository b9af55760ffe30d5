import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import { api } from './api.js';

/** A kind of file that modules read. */
export interface FileKindInfo {
  readonly name: string;
  readonly format: string;
  readonly extensions: readonly string[];
  /** What reads these files: the server itself, or a conversion endpoint. */
  readonly route: 'builtin' | 'endpoint';
}

export interface ModuleList {
  readonly items: readonly ModuleInfo[];
  readonly kinds: readonly FileKindInfo[];
}

export const readModules = ({ signal }: { signal: AbortSignal }): Promise<ModuleList> => api('/v1/modules', { signal });
