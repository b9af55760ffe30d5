import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Application, LogLevel, Logger, TSConfigReader, TypeDocReader } from 'typedoc';

/** Collects warnings and errors. */
class ProblemLogger extends Logger {
  readonly problems: string[] = [];

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.problems.push(message);
  }
}

it('the API reference describes every exported name and has no broken links', async () => {
  const options = fileURLToPath(new URL('../../typedoc.json', import.meta.url));
  const app = await Application.bootstrap({ options }, [new TypeDocReader(), new TSConfigReader()]);
  const logger = new ProblemLogger();
  app.logger = logger;
  const project = await app.convert();
  app.validate(project!);
  expect(logger.problems).toEqual([]);
  expect(project!.getChildByName('Client')).toBeDefined();
});
