/** The exports of `@millrace/server` for configuration files. Module processes load this file too, so keep it small. */
export { defineModule } from './define-module.js';
export { ModuleError } from '../module-contract/module.js';
