/** What `@millrace/server` is to a configuration file: this and nothing heavy, because every child process loads it. */
export { defineModule } from './define-module.js';
export { ModuleError } from '../module-contract/module.js';
