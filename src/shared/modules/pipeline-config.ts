/** A pipeline as its YAML file says it. Loading reads only the names; the rest is for people. */
export interface PipelineConfig {
  pipeline: {
    name: string;
    modules: ModuleConfig[];
  };
}

/** A module of a chain, as the YAML file says it. */
export interface ModuleConfig {
  name: string;
  models?: { name: string; params?: Record<string, { type: string; default?: number | boolean | string }> }[];
  defaults?: { model: string; params?: Record<string, number | boolean | string> };
  input?: { type: string; permitted_extensions: string[] };
  output?: { type: string };
}
