import type { ModuleInfo } from '../../index.js';

/** A module's models on one line: those that can run, the default one first, each with its route; and how many cannot. */
export function modelNames({ models, defaultModel }: ModuleInfo): string {
  const here = models.filter(({ available }) => available);
  const inOrder = [...here].sort((a, b) => Number(b.name === defaultModel) - Number(a.name === defaultModel));
  const ways = new Set(here.map(({ route }) => route));
  // the way is worth a word where there are several, or where it is not the server's own code
  const isPlain = ways.size <= 1 && (ways.has('builtin') || ways.has(undefined)) && here.length === models.length;
  const names = inOrder.map(({ name, route }) => (isPlain || route === undefined ? name : `${name} (${route})`));
  const missing = models.length - here.length;
  return [names.join(', '), missing > 0 ? `${missing} not here` : ''].filter((part) => part !== '').join('; ');
}
