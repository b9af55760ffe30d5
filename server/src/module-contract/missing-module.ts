/** Why a module of the catalogue cannot run here: for `/v1/modules`, and for the runs that reach it. */
export function missingModule(name: string): string {
  return `this server knows the module '${name}' by name but does not have it yet; \`millrace modules\` lists what it can run`;
}
