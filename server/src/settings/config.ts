import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type * as z from 'zod';
import { readConversionSettings } from './conversion.js';
import { readEndpointSettings } from './endpoint-settings.js';
import { readEnvironment, findVariable, type Environment } from './environment.js';
import { settingsSchema } from './settings-schema.js';

export type Settings = z.output<typeof settingsSchema> & {
  readonly modelDir: string;
  readonly webhookPrivateAddresses: boolean;
};
export type SettingsInput = Partial<z.input<typeof settingsSchema>>;

/** Thrown if the settings or arguments are invalid, or do not allow the requested action. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings from options and the environment.
 *
 * @throws `SettingsError` if a setting is invalid. The message lists the invalid settings and, if known, their environment variables.
 */
export function readSettings(options: SettingsInput = {}, env: Environment = process.env): Settings {
  const fromOptions = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const result = settingsSchema.safeParse({
    dataDir: join(homedir(), '.millrace'),
    ...readEnvironment(env),
    conversion: readConversionSettings(env),
    ...fromOptions,
    endpoints: { ...readEndpointSettings(env), ...options.endpoints },
  });
  if (result.success) {
    const dataDir = resolve(result.data.dataDir);
    const modelDir = resolve(result.data.modelDir ?? join(dataDir, 'models'));
    const webhookPrivateAddresses = result.data.webhookPrivateAddresses ?? isLocalOnly(result.data);
    return { ...result.data, dataDir, modelDir, webhookPrivateAddresses };
  }
  const problems = result.error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const variable = key in fromOptions ? undefined : findVariable(key, env);
    const source = variable === undefined ? '' : ` (from ${variable})`;
    return `${issue.path.join('.') || 'settings'}${source}: ${issue.message}`;
  });
  throw new SettingsError(`The server cannot start with these settings. ${problems.join('; ')}`);
}

/**
 * Returns whether the host of the server and, if set, the host of its public URL are loopback hosts. If so, only clients on this machine
 * can reach the server, and webhooks can use private addresses by default, because these clients can reach private addresses directly.
 */
function isLocalOnly({ host, publicUrl }: { host: string; publicUrl?: string | undefined }): boolean {
  const hosts = publicUrl === undefined ? [host] : [host, new URL(publicUrl).hostname];
  return hosts.every(isLoopbackHost);
}

export function isLoopbackHost(name: string): boolean {
  return name === 'localhost' || /^\[?::1\]?$/.test(name) || /^127(\.\d+){3}$/.test(name);
}
