import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface GoldCase {
  readonly id: string;
  readonly method?: string;
  readonly module_chain?: readonly string[];
  readonly modules?: Readonly<Record<string, { model: string; params?: Record<string, number> }>>;
  readonly input?: string;
  readonly inputs?: readonly string[];
  readonly expected?: string;
  readonly expected_count?: number;
  /** The number of vectors in an index, and their dimension `d`. */
  readonly ntotal?: number;
  readonly d?: number;
  readonly query?: string;
  readonly expected_response?: {
    readonly warnings: readonly Record<string, string[]>[];
    readonly items: readonly {
      readonly file_metadata: { readonly num_lines: number };
      readonly search_results: readonly unknown[];
    }[];
  };
}

/**
 * The folder of responses recorded from the hosted service: `MILLRACE_GOLD`, or a folder beside the repository. The responses
 * may not be published. Without the folder, the tests that need it are skipped.
 */
const folder = [process.env['MILLRACE_GOLD'], fileURLToPath(new URL('../../../../shared/gold', import.meta.url))].find(
  (path) => path !== undefined && existsSync(`${path}/manifest.json`),
);

export const hasGold = folder !== undefined;

export const goldCases: readonly GoldCase[] = hasGold
  ? (JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as { cases: GoldCase[] }).cases
  : [];

export function readGold(file: string): Buffer {
  return readFileSync(`${folder ?? ''}/${file}`);
}
