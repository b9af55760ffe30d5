import type { Command } from './command.js';
import { batchesCommand } from './commands/batches.js';
import { cancelCommand } from './commands/cancel.js';
import { createCompletionCommand } from './commands/completion.js';
import { deleteCommand } from './commands/delete.js';
import { exportCommand } from './commands/server/export.js';
import { fetchCommand } from './commands/fetch.js';
import { importCommand } from './commands/server/import.js';
import { accountsCommand } from './commands/access/accounts.js';
import { auditCommand } from './commands/access/audit.js';
import { dashboardCommand } from './commands/access/dashboard.js';
import { keysCommand } from './commands/access/keys.js';
import { listCommand } from './commands/list.js';
import { logsCommand } from './commands/logs.js';
import { modelsCommand } from './commands/server/models.js';
import { modulesCommand } from './commands/modules.js';
import { processCommand } from './commands/process/process.js';
import { runsCommand } from './commands/runs.js';
import { searchCommand } from './commands/search.js';
import { serveCommand } from './commands/server/serve.js';
import { syncCommand } from './commands/sync.js';
import { startCommand } from './commands/start.js';
import { statusCommand } from './commands/status.js';
import { treeCommand } from './commands/tree.js';
import { updateCommand } from './commands/update.js';
import { webhooksCommand } from './commands/webhooks.js';
import { failuresCommand } from './commands/statistics/failures.js';
import { pipelinesCommand } from './commands/statistics/pipelines.js';
import { whoamiCommand } from './commands/whoami.js';
import { workerCommand } from './commands/server/worker.js';
import { workersCommand } from './commands/workers.js';

/** All commands, in the order in which the help lists them. */
export const commands: readonly Command[] = [
  processCommand,
  syncCommand,
  runsCommand,
  batchesCommand,
  startCommand,
  statusCommand,
  logsCommand,
  cancelCommand,
  searchCommand,
  listCommand,
  treeCommand,
  fetchCommand,
  updateCommand,
  deleteCommand,
  modulesCommand,
  modelsCommand,
  pipelinesCommand,
  failuresCommand,
  workersCommand,
  webhooksCommand,
  keysCommand,
  auditCommand,
  accountsCommand,
  whoamiCommand,
  dashboardCommand,
  serveCommand,
  workerCommand,
  exportCommand,
  importCommand,
  createCompletionCommand(() => commands),
];
