/**
 * A value as the text of a `jsonb` parameter. What PostgreSQL cannot store in one (NUL, half of a surrogate pair, as a message
 * cut in the middle of an emoji has) is replaced, so that no message keeps a result from being recorded.
 */
export function toJsonb(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'string' ? field.replace(loneSurrogate, '\ufffd').replaceAll('\0', '\ufffd') : field,
  );
}

const loneSurrogate = /\p{Surrogate}/gu;
