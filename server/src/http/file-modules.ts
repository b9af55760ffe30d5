import type { Json } from 'millrace/shared/types/json.js';
import { outputExtension } from 'millrace/shared/modules/formats.js';
import type { ModuleCatalogue } from '../module-contract/module-catalogue.js';
import type { FileRow } from '../store/tables/files/files.js';

/**
 * Maps each module's label, such as `module_1`, to the module's name, its model and, unless all stored parameters have their default
 * values, its parameters. The model is `null` if none is stored.
 */
export function getModuleChoices(file: FileRow, modules: ModuleCatalogue): Record<string, Json> {
  return Object.fromEntries(
    file.chain.map((name, i) => {
      const label = `module_${i + 1}`;
      const { model, params } = file.selections[label] ?? { model: null, params: {} };
      const specs = modules.find(name)?.models.find((candidate) => candidate.name === model)?.params ?? {};
      const hasOnlyDefaults = Object.entries(params).every(([key, value]) => specs[key]?.default === value);
      return [label, { [name]: { model, ...(hasOnlyDefaults ? {} : { params }) } }];
    }),
  );
}

/**
 * Maps each module's label, such as `module_1`, to the module's name, the extension of its output, and any facts recorded about the output.
 * If the catalogue does not contain the module, the extension is `.json`.
 */
export function getModuleFacts(file: FileRow, modules: ModuleCatalogue): Record<string, Json> {
  return Object.fromEntries(
    file.chain.map((name, i) => {
      const label = `module_${i + 1}`;
      const output = modules.find(name)?.output ?? 'json';
      return [label, { [name]: { data_files_extensions: [outputExtension[output]], ...file.facts[label] } }];
    }),
  );
}
