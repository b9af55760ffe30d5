/**
 * The kernel of tslab without its sockets. It is assembled as in tslab's `startKernel`, but receives cells from the parent process and
 * sends output to it. The parent interrupts the kernel with SIGINT, as Jupyter does.
 */
import { createConverter } from 'tslab/dist/converter.js';
import { createExecutor } from 'tslab/dist/executor.js';
import { JupyterHandlerImpl } from 'tslab/dist/jupyter.js';

const converter = createConverter({ isJS: false, isBrowser: false });
const converters = { node: converter, browser: undefined, close: () => converter.close() };
const executor = createExecutor(process.cwd(), converters, { log: console.log, error: console.error });
const handler = new JupyterHandlerImpl(executor, false);

process.on('SIGINT', () => executor.interrupt());
process.on('uncaughtException', (error) => console.error('UncaughtException:', error));
process.on('unhandledRejection', (reason) => console.error('UnhandledPromiseRejection:', reason));
process.on('disconnect', () => process.exit());

process.on('message', ({ cell, code }) => {
  // forgets the declarations of earlier cells, as a restart does
  if (code === undefined) return executor.reset();
  const stream = (name, text) => process.send({ cell, name, text });
  const display = ({ data, transient }) => process.send({ cell, id: transient.display_id, data });
  void handler.handleExecute({ code }, stream, display).then(({ status }) => process.send({ cell, status }));
});
