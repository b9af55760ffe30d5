type Branch = Map<string, Branch | undefined>;

/**
 * Draws symbolic file paths as the hosted service's client does: depth first, in order of first appearance, directories with a
 * leading slash. What is a directory is known from the paths, not guessed from dots.
 */
export function drawTree(paths: readonly string[]): string {
  const root: Branch = new Map();
  for (const path of paths) {
    const parts = path.split('/').filter((part) => part !== '');
    const fileName = parts.pop();
    if (fileName === undefined) continue;
    let branch = root;
    for (const part of parts) {
      const key = `/${part}`;
      const next: Branch = branch.get(key) ?? new Map<string, Branch | undefined>();
      branch.set(key, next);
      branch = next;
    }
    branch.set(fileName, undefined);
  }
  return ['/', ...drawBranch(root, '')].join('\n');
}

function* drawBranch(branch: Branch, prefix: string): Generator<string> {
  let left = branch.size;
  for (const [name, children] of branch) {
    const isLast = --left === 0;
    yield `${prefix}${isLast ? '└── ' : '├── '}${name}`;
    if (children) yield* drawBranch(children, `${prefix}${isLast ? '    ' : '│   '}`);
  }
}
