import { showValue } from 'millrace/shared/rules/show-value.js';
import { ApiError } from '../api-error.js';

/** Never an empty answer: a client that is told of no steps runs none. */
export function unknownWorker(id: string): ApiError {
  return new ApiError(404, 'not_found', `There is no worker ${showValue(id)}: register it again`);
}
