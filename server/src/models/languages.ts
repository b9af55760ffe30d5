const pair = /^opus-mt-([a-z]{2})-([a-z]{2})$/;

/** The languages that a model translates between, in English, as its name says; nothing for other names. */
export function languagesOf(model: string): { readonly from: string; readonly to: string } | undefined {
  const [, from, to] = pair.exec(model) ?? [];
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  return from && to ? { from: names.of(from) ?? from, to: names.of(to) ?? to } : undefined;
}
