import * as z from 'zod';
/** All server settings. Options take precedence over the environment, which takes precedence over these defaults. */
declare const schema: z.ZodObject<{
    dataDir: z.ZodString;
    host: z.ZodDefault<z.ZodString>;
    port: z.ZodDefault<z.ZodInt>;
    databaseUrl: z.ZodOptional<z.ZodString>;
    publicUrl: z.ZodOptional<z.ZodURL>;
    worker: z.ZodDefault<z.ZodBoolean>;
    concurrency: z.ZodDefault<z.ZodInt>;
    modules: z.ZodOptional<z.ZodArray<z.ZodString>>;
    config: z.ZodOptional<z.ZodString>;
    moduleSeconds: z.ZodDefault<z.ZodNumber>;
    inspectModules: z.ZodOptional<z.ZodInt>;
    moduleMemory: z.ZodDefault<z.ZodInt>;
    modelDir: z.ZodOptional<z.ZodString>;
    allowDownloads: z.ZodDefault<z.ZodBoolean>;
    offline: z.ZodDefault<z.ZodBoolean>;
    modelHub: z.ZodDefault<z.ZodURL>;
    modelHubToken: z.ZodOptional<z.ZodString>;
    downloadIdleSeconds: z.ZodDefault<z.ZodNumber>;
    endpoints: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodObject<{
        baseUrl: z.ZodURL;
        apiKey: z.ZodOptional<z.ZodString>;
        model: z.ZodOptional<z.ZodString>;
        models: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodString>>;
        timeoutSeconds: z.ZodDefault<z.ZodNumber>;
        windowCharacters: z.ZodDefault<z.ZodInt>;
    }, z.core.$strict>>>;
    maxTextBytes: z.ZodDefault<z.ZodInt>;
    maxItems: z.ZodDefault<z.ZodInt>;
    maxOutputBytes: z.ZodDefault<z.ZodInt>;
    maxExpandedBytes: z.ZodDefault<z.ZodInt>;
    maxPixels: z.ZodDefault<z.ZodInt>;
    maxAudioSeconds: z.ZodDefault<z.ZodNumber>;
    maxFileBytes: z.ZodDefault<z.ZodInt>;
    maxBodyBytes: z.ZodDefault<z.ZodInt>;
    reservedDiskBytes: z.ZodOptional<z.ZodInt>;
    maxOpenRuns: z.ZodDefault<z.ZodInt>;
    reservationSeconds: z.ZodDefault<z.ZodNumber>;
    resumableBytes: z.ZodDefault<z.ZodInt>;
    inlineBytes: z.ZodDefault<z.ZodInt>;
    resumeSeconds: z.ZodDefault<z.ZodNumber>;
    presignSeconds: z.ZodDefault<z.ZodNumber>;
    workerOfflineSeconds: z.ZodDefault<z.ZodNumber>;
    workerCrashSeconds: z.ZodDefault<z.ZodNumber>;
    maxWorkers: z.ZodDefault<z.ZodInt>;
    runRetentionDays: z.ZodDefault<z.ZodNumber>;
    maxLogLines: z.ZodDefault<z.ZodInt>;
    webhookPrivateAddresses: z.ZodOptional<z.ZodBoolean>;
    webhookSeconds: z.ZodDefault<z.ZodNumber>;
    webhookRetrySeconds: z.ZodDefault<z.ZodArray<z.ZodNumber>>;
    maxWebhooks: z.ZodDefault<z.ZodInt>;
    maxPendingDeliveries: z.ZodDefault<z.ZodInt>;
    sweepSeconds: z.ZodDefault<z.ZodNumber>;
    graceSeconds: z.ZodDefault<z.ZodNumber>;
    logLevel: z.ZodDefault<z.ZodEnum<{
        debug: "debug";
        error: "error";
        info: "info";
        off: "off";
        warn: "warn";
    }>>;
}, z.core.$strict>;
export type Settings = z.output<typeof schema> & {
    readonly modelDir: string;
    readonly webhookPrivateAddresses: boolean;
};
export type SettingsInput = Partial<z.input<typeof schema>>;
type Environment = Readonly<Record<string, string | undefined>>;
/** Thrown when a setting is invalid. */
export declare class SettingsError extends Error {
    readonly name = "SettingsError";
}
/**
 * Reads the settings from options and the environment.
 *
 * @throws `SettingsError` whose message lists each invalid setting and its source.
 */
export declare function readSettings(options?: SettingsInput, env?: Environment): Settings;
export {};
