import { ESLint } from 'eslint';
import { root } from './packed-sdk.js';

const eslint = new ESLint({
  cwd: root,
  // an import that leads nowhere would pass every rule about where it leads
  overrideConfig: { files: ['**/*.ts'], rules: { 'import-x/no-unresolved': 'error' } },
});

/** The rules that code breaks as the content of a file, which need not be there. */
export async function brokenRules(filePath: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

/** The repository's configuration of a rule, as `[severity, options]`. */
export async function settingOf(filePath: string, rule: string): Promise<unknown> {
  const { rules } = (await eslint.calculateConfigForFile(filePath)) as { rules: Record<string, unknown[]> };
  return rules[rule]?.[1];
}
