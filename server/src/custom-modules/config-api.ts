/** What a configuration file imports as `@millrace/server`. It is small, because every child process loads it. */
export { defineModule } from './define-module.js';
export { ModuleError } from '../module-contract/module.js';
