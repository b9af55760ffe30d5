import { Issues } from '../options/issues.js';
import { toServerCase } from '../options/metadata.js';
import { pickRequestOptions, requestRules } from '../options/request-options.js';
import { checkDirectoryPattern } from '../shared/rules/files/directory-path.js';
import { looseLimits } from '../shared/rules/limits.js';
import { checkMaxFiles } from '../shared/rules/arguments.js';
import type { FileTree } from '../shared/types/files/file-record.js';
import type { TreeOptions } from '../shared/types/pipeline.js';
import type { Limits } from '../shared/types/limits.js';
import { buildShowTreeBody } from '../shared/wire/bodies.js';
import { definePrintedText } from '../print/short-form.js';
import { callHosted, type PipelineContext } from '../http/call-hosted.js';
import { explainWarnings } from './list-files.js';

/** Returns a tree of the finished files whose directory matches a path or pattern. */
export async function showTree(context: PipelineContext, path: string, options: TreeOptions): Promise<FileTree> {
  const { connection, name } = context;
  const issues = new Issues();
  const check = (limits: Limits): void => {
    issues.add(['path'], checkDirectoryPattern(path, limits));
    const rules = { ...requestRules, maxFiles: (value: unknown) => checkMaxFiles(value, limits) };
    issues.check(options, rules, 'showTree()');
    issues.throwIfAny();
  };
  check(looseLimits);
  const { maxFiles } = options;
  const requestOptions = pickRequestOptions(options);
  const { limits } = await connection.getServerInfo(requestOptions);
  check(limits);
  const response = await callHosted(
    context,
    {
      action: `show files in pipeline '${name}'`,
      path: '/krixik-core-show-tree',
      json: buildShowTreeBody(name, toServerCase(path, limits), maxFiles ?? Math.min(1000, limits.maxFiles)),
    },
    requestOptions,
    (hosted) => hosted.showTreeResponse,
  );
  return new Tree(response.paths, response.requestId, explainWarnings(response.warnings, name));
}

class Tree implements FileTree {
  readonly paths: string[];
  readonly requestId: string;
  readonly warnings: string[];

  constructor(paths: string[] | null, requestId: string, warnings: string[]) {
    this.paths = paths ?? [];
    this.requestId = requestId;
    this.warnings = warnings;
  }

  static {
    definePrintedText(this.prototype, String);
  }

  toString(): string {
    return drawTree(this.paths);
  }
}

type Branch = Map<string, Branch | undefined>;

/**
 * Draws symbolic file paths as a tree, in the format of the hosted service's client: depth first, in order of first appearance, with a
 * leading slash for directories. A name is a directory if it is not the last segment of a path, whether or not it contains a dot.
 */
function drawTree(paths: readonly string[]): string {
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
  let remaining = branch.size;
  for (const [name, children] of branch) {
    const isLast = --remaining === 0;
    yield `${prefix}${isLast ? '└── ' : '├── '}${name}`;
    if (children) yield* drawBranch(children, `${prefix}${isLast ? '    ' : '│   '}`);
  }
}
