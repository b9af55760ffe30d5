import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SecretBox } from '../../src/webhooks/secret-box.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

async function createDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-key-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

it('unseals its secrets, even after a restart, and never seals a secret the same way twice', async () => {
  const directory = await createDataDirectory();
  const first = await SecretBox.open(directory);
  const sealed = [first.seal(secret), first.seal(secret)];
  expect(new Set(sealed).size).toBe(2);
  for (const text of sealed) {
    expect(text).not.toContain(secret.slice('whsec_'.length));
    expect((await SecretBox.open(directory)).unseal(text)).toBe(secret);
  }
});

it('unseals no text that was changed, truncated, sealed with another key or never sealed', async () => {
  const box = await SecretBox.open(await createDataDirectory());
  const sealed = box.seal(secret);
  const bytes = Buffer.from(sealed.slice('sealed1:'.length), 'base64');
  const changed = [0, 12, bytes.length - 1].map((at) => {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 1;
    return `sealed1:${copy.toString('base64')}`;
  });
  const other = (await SecretBox.open(await createDataDirectory())).seal(secret);
  for (const text of [...changed, sealed.slice(0, -8), 'sealed1:', other, secret, '']) {
    expect(box.unseal(text)).toBeUndefined();
  }
});

it('creates one key, readable only by its owner, for servers that start at the same time', async () => {
  const directory = join(await createDataDirectory(), 'not', 'yet');
  const boxes = await Promise.all(Array.from({ length: 8 }, () => SecretBox.open(directory)));
  const sealed = boxes.map((box) => box.seal(secret));
  for (const box of boxes) expect(sealed.map((text) => box.unseal(text))).toEqual(sealed.map(() => secret));
  expect(await readdir(directory)).toEqual(['webhook.key']);
  expect((await stat(join(directory, 'webhook.key'))).mode & 0o777).toBe(0o600);
});

it('rejects an invalid key with its path, and does not overwrite it', async () => {
  const directory = await createDataDirectory();
  const path = join(directory, 'webhook.key');
  await writeFile(path, 'c2hvcnQ=\n');
  const error = await SecretBox.open(directory).catch(String);
  expect(error).toContain(`Expected ${path} to contain 32 base64-encoded bytes`);
  expect(error).not.toContain('c2hvcnQ');
  expect(await readFile(path, 'utf8')).toBe('c2hvcnQ=\n');
});
