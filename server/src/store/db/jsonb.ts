import { toStorableJson } from 'millrace/shared/rules/storable-json.js';

/** A value as the text of a `jsonb` parameter, so that no message keeps a result from being recorded. */
export function toJsonb(value: unknown): string {
  return toStorableJson(value);
}
