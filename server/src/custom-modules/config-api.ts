/** The exports of `@millrace/server` for configuration files. Module processes also load this file, so avoid heavy imports. */
export { defineModule } from './define-module.js';
export { ModuleError } from '../module-contract/module.js';
