/** The content of a pipeline's YAML file. When the SDK loads the file, it reads only the names of the pipeline and its modules. */
export interface PipelineConfig {
  pipeline: {
    name: string;
    modules: ModuleConfig[];
  };
}

/** A module in a pipeline's YAML file. A custom module has only a name. */
export interface ModuleConfig {
  name: string;
  models?: { name: string; params?: Record<string, { type: string; default?: number | boolean | string }> }[];
  defaults?: { model: string; params?: Record<string, number | boolean | string> };
  input?: { type: string; permitted_extensions: string[] };
  output?: { type: string };
}
