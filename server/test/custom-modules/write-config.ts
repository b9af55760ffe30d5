import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../modules/run-module.js';

/** Writes a configuration file with these modules to a directory without packages, and returns its path. */
export async function writeConfig(modules: string, name = 'millrace.config.ts'): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  const imports = "import { defineModule, ModuleError } from '@millrace/server';\nimport { z } from 'zod';\n";
  await writeFile(path, `${imports}export default { modules: [${modules}] };\n`);
  return path;
}
