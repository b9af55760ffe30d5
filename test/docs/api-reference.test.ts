import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Application, LogLevel, Logger, TSConfigReader, TypeDocReader } from 'typedoc';

/** Keeps what is worth a word. */
class Complaints extends Logger {
  readonly list: string[] = [];

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.list.push(message);
  }
}

it('the API reference has a description of every exported name, and no link that leads nowhere', async () => {
  const options = fileURLToPath(new URL('../../typedoc.json', import.meta.url));
  const app = await Application.bootstrap({ options }, [new TypeDocReader(), new TSConfigReader()]);
  const complaints = new Complaints();
  app.logger = complaints;
  const project = await app.convert();
  app.validate(project!);
  expect(complaints.list).toEqual([]);
  expect(project!.getChildByName('Client')).toBeDefined();
});
