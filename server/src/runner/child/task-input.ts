import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModuleInput } from '../../module-contract/module.js';
import type { TaskInput } from '../runner.js';

/** Returns a module's input. If `input` has no `path`, its content is written to a file when the module first reads `path`. */
export function toModuleInput(input: TaskInput, scratch: string): ModuleInput {
  if ('path' in input) return input;
  let path: string | undefined;
  return {
    ...input,
    get path() {
      if (path === undefined) {
        path = join(scratch, 'input');
        writeFileSync(path, input.content);
      }
      return path;
    },
  };
}
