import type { ModuleInfo } from 'millrace/shared/types/server-info.js';
import { callApi } from './api.js';

/** A kind of file that modules can read. */
export interface FileKindInfo {
  readonly name: string;
  readonly format: string;
  readonly extensions: readonly string[];
  /** How files of this kind are read: by the server itself (`builtin`) or through a conversion endpoint (`endpoint`). */
  readonly route: 'builtin' | 'endpoint';
}

export interface ModuleList {
  readonly items: readonly ModuleInfo[];
  readonly kinds: readonly FileKindInfo[];
}

export const fetchModules = ({ signal }: { signal: AbortSignal }): Promise<ModuleList> =>
  callApi('/v1/modules', { signal });
