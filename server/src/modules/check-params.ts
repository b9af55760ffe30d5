import type { Json } from 'millrace/shared/types/json.js';
import { ParamError } from './chat-params.js';
import { parseClassifyParams } from './classify/params.js';
import { parseExtractParams } from './extract/params.js';

type Params = Readonly<Record<string, Json>>;

const readers: Readonly<Record<string, (params: Params) => unknown>> = {
  classify: parseClassifyParams,
  extract: parseExtractParams,
};

/**
 * Validates the values of a built-in module's parameters, whose types have already been checked.
 *
 * @returns An error message, or `undefined` if the values are valid.
 */
export function checkBuiltinParams(module: string, params: Params): string | undefined {
  try {
    if (Object.hasOwn(readers, module)) readers[module]?.(params);
    return undefined;
  } catch (error) {
    if (error instanceof ParamError) return error.message;
    throw error;
  }
}
