import * as z from 'zod';
import type { PipelineFile } from '../types/file-record.js';
import type { LogPage, ResumePoint } from '../runs/run-event.js';
import type { RunPage, RunStatus } from '../runs/run-status.js';
import type { WorkerRecord } from '../types/worker.js';
/** All limits are optional, because older servers do not return newer limits. */
declare const limits: z.ZodObject<{
    characters: z.ZodOptional<z.ZodEnum<{
        any: "any";
        "ascii-lower-case": "ascii-lower-case";
    }>>;
    pipelineNameLength: z.ZodOptional<z.ZodInt>;
    fileNameLength: z.ZodOptional<z.ZodInt>;
    pathLength: z.ZodOptional<z.ZodInt>;
    descriptionLength: z.ZodOptional<z.ZodInt>;
    tags: z.ZodOptional<z.ZodInt>;
    tagLength: z.ZodOptional<z.ZodInt>;
    listLength: z.ZodOptional<z.ZodInt>;
    expireTime: z.ZodOptional<z.ZodObject<{
        min: z.ZodInt;
        max: z.ZodInt;
    }, z.core.$strip>>;
    k: z.ZodOptional<z.ZodInt>;
    maxFiles: z.ZodOptional<z.ZodInt>;
    queryLength: z.ZodOptional<z.ZodObject<{
        min: z.ZodInt;
        max: z.ZodInt;
    }, z.core.$strip>>;
    fileBytes: z.ZodOptional<z.ZodRecord<z.ZodEnum<{
        audio: "audio";
        db: "db";
        faiss: "faiss";
        image: "image";
        json: "json";
        npy: "npy";
        text: "text";
    }> & z.core.$partial, z.ZodObject<{
        min: z.ZodInt;
        max: z.ZodInt;
    }, z.core.$strip>>>;
    extensions: z.ZodOptional<z.ZodRecord<z.ZodEnum<{
        audio: "audio";
        db: "db";
        faiss: "faiss";
        image: "image";
        json: "json";
        npy: "npy";
        text: "text";
    }> & z.core.$partial, z.ZodArray<z.ZodString>>>;
    textWords: z.ZodOptional<z.ZodInt>;
    textLines: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    resumableBytes: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    inlineBytes: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
}, z.core.$strip>;
export type PartialLimits = z.output<typeof limits>;
export declare const infoResponse: z.ZodObject<{
    name: z.ZodLiteral<"millrace">;
    version: z.ZodString;
    limits: z.ZodObject<{
        characters: z.ZodOptional<z.ZodEnum<{
            any: "any";
            "ascii-lower-case": "ascii-lower-case";
        }>>;
        pipelineNameLength: z.ZodOptional<z.ZodInt>;
        fileNameLength: z.ZodOptional<z.ZodInt>;
        pathLength: z.ZodOptional<z.ZodInt>;
        descriptionLength: z.ZodOptional<z.ZodInt>;
        tags: z.ZodOptional<z.ZodInt>;
        tagLength: z.ZodOptional<z.ZodInt>;
        listLength: z.ZodOptional<z.ZodInt>;
        expireTime: z.ZodOptional<z.ZodObject<{
            min: z.ZodInt;
            max: z.ZodInt;
        }, z.core.$strip>>;
        k: z.ZodOptional<z.ZodInt>;
        maxFiles: z.ZodOptional<z.ZodInt>;
        queryLength: z.ZodOptional<z.ZodObject<{
            min: z.ZodInt;
            max: z.ZodInt;
        }, z.core.$strip>>;
        fileBytes: z.ZodOptional<z.ZodRecord<z.ZodEnum<{
            audio: "audio";
            db: "db";
            faiss: "faiss";
            image: "image";
            json: "json";
            npy: "npy";
            text: "text";
        }> & z.core.$partial, z.ZodObject<{
            min: z.ZodInt;
            max: z.ZodInt;
        }, z.core.$strip>>>;
        extensions: z.ZodOptional<z.ZodRecord<z.ZodEnum<{
            audio: "audio";
            db: "db";
            faiss: "faiss";
            image: "image";
            json: "json";
            npy: "npy";
            text: "text";
        }> & z.core.$partial, z.ZodArray<z.ZodString>>>;
        textWords: z.ZodOptional<z.ZodInt>;
        textLines: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
        resumableBytes: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
        inlineBytes: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    }, z.core.$strip>;
}, z.core.$strip>;
export declare const runResponse: z.ZodType<RunStatus>;
/** A completed run's output, included if it was requested and is small. The content and its SHA-256 are in base64. */
export declare const inlineOutputResponse: z.ZodObject<{
    output: z.ZodOptional<z.ZodNullable<z.ZodObject<{
        extension: z.ZodString;
        sha256: z.ZodString;
        content: z.ZodBase64;
    }, z.core.$strip>>>;
}, z.core.$strip>;
export declare const fileResponse: z.ZodType<PipelineFile>;
export declare const runsResponse: z.ZodType<RunPage>;
export declare const logResponse: z.ZodType<LogPage>;
export declare const resumeResponse: z.ZodType<ResumePoint>;
export declare const eventsResponse: z.ZodObject<{
    runs: z.ZodRecord<z.ZodString, z.ZodObject<{
        sequence: z.ZodInt;
        state: z.ZodNullable<z.ZodEnum<{
            cancelled: "cancelled";
            completed: "completed";
            crashed: "crashed";
            failed: "failed";
            pending: "pending";
            retrying: "retrying";
            running: "running";
        }>>;
        cancel: z.ZodBoolean;
    }, z.core.$strip>>;
    refused: z.ZodArray<z.ZodObject<{
        index: z.ZodInt;
        message: z.ZodString;
    }, z.core.$strip>>;
}, z.core.$strip>;
export declare const workerResponse: z.ZodType<WorkerRecord, unknown, z.core.$ZodTypeInternals<WorkerRecord, unknown>>;
export declare const workersResponse: z.ZodObject<{
    items: z.ZodArray<z.ZodType<WorkerRecord, unknown, z.core.$ZodTypeInternals<WorkerRecord, unknown>>>;
}, z.core.$strip>;
export declare const modulesResponse: z.ZodObject<{
    items: z.ZodArray<z.ZodObject<{
        name: z.ZodString;
        input: z.ZodEnum<{
            audio: "audio";
            db: "db";
            faiss: "faiss";
            image: "image";
            json: "json";
            npy: "npy";
            text: "text";
        }>;
        output: z.ZodEnum<{
            audio: "audio";
            db: "db";
            faiss: "faiss";
            image: "image";
            json: "json";
            npy: "npy";
            text: "text";
        }>;
        inputKey: z.ZodNullable<z.ZodString>;
        outputKey: z.ZodNullable<z.ZodString>;
        defaultModel: z.ZodString;
        models: z.ZodArray<z.ZodObject<{
            name: z.ZodString;
            params: z.ZodRecord<z.ZodString, z.ZodObject<{
                type: z.ZodEnum<{
                    bool: "bool";
                    int: "int";
                    json: "json";
                    number: "number";
                    string: "string";
                }>;
                default: z.ZodExactOptional<z.ZodUnion<readonly [z.ZodNumber, z.ZodBoolean, z.ZodString]>>;
                required: z.ZodExactOptional<z.ZodBoolean>;
            }, z.core.$strip>>;
            available: z.ZodBoolean;
            route: z.ZodExactOptional<z.ZodEnum<{
                builtin: "builtin";
                endpoint: "endpoint";
                transformers: "transformers";
            }>>;
            reason: z.ZodExactOptional<z.ZodString>;
        }, z.core.$strip>>;
    }, z.core.$strip>>;
}, z.core.$strip>;
export declare const deliveriesResponse: z.ZodObject<{
    items: z.ZodArray<z.ZodObject<{
        id: z.ZodString;
        webhookId: z.ZodNullable<z.ZodString>;
        type: z.ZodEnum<{
            "run.cancelled": "run.cancelled";
            "run.completed": "run.completed";
            "run.crashed": "run.crashed";
            "run.failed": "run.failed";
        }>;
        requestId: z.ZodString;
        state: z.ZodEnum<{
            delivered: "delivered";
            failed: "failed";
            pending: "pending";
        }>;
        attempts: z.ZodInt;
        status: z.ZodNullable<z.ZodInt>;
        error: z.ZodNullable<z.ZodString>;
        createdAt: z.ZodString;
        nextAttemptAt: z.ZodNullable<z.ZodString>;
        endedAt: z.ZodNullable<z.ZodString>;
    }, z.core.$strip>>;
}, z.core.$strip>;
export declare const webhooksResponse: z.ZodObject<{
    items: z.ZodArray<z.ZodObject<{
        id: z.ZodString;
        url: z.ZodString;
        events: z.ZodArray<z.ZodEnum<{
            "run.cancelled": "run.cancelled";
            "run.completed": "run.completed";
            "run.crashed": "run.crashed";
            "run.failed": "run.failed";
        }>>;
        createdAt: z.ZodString;
        pending: z.ZodInt;
        dropped: z.ZodInt;
        deliveries: z.ZodArray<z.ZodObject<{
            id: z.ZodString;
            webhookId: z.ZodNullable<z.ZodString>;
            type: z.ZodEnum<{
                "run.cancelled": "run.cancelled";
                "run.completed": "run.completed";
                "run.crashed": "run.crashed";
                "run.failed": "run.failed";
            }>;
            requestId: z.ZodString;
            state: z.ZodEnum<{
                delivered: "delivered";
                failed: "failed";
                pending: "pending";
            }>;
            attempts: z.ZodInt;
            status: z.ZodNullable<z.ZodInt>;
            error: z.ZodNullable<z.ZodString>;
            createdAt: z.ZodString;
            nextAttemptAt: z.ZodNullable<z.ZodString>;
            endedAt: z.ZodNullable<z.ZodString>;
        }, z.core.$strip>>;
    }, z.core.$strip>>;
}, z.core.$strip>;
export declare const createdWebhookResponse: z.ZodObject<{
    id: z.ZodString;
    url: z.ZodString;
    events: z.ZodArray<z.ZodEnum<{
        "run.cancelled": "run.cancelled";
        "run.completed": "run.completed";
        "run.crashed": "run.crashed";
        "run.failed": "run.failed";
    }>>;
    createdAt: z.ZodString;
    pending: z.ZodInt;
    dropped: z.ZodInt;
    deliveries: z.ZodArray<z.ZodObject<{
        id: z.ZodString;
        webhookId: z.ZodNullable<z.ZodString>;
        type: z.ZodEnum<{
            "run.cancelled": "run.cancelled";
            "run.completed": "run.completed";
            "run.crashed": "run.crashed";
            "run.failed": "run.failed";
        }>;
        requestId: z.ZodString;
        state: z.ZodEnum<{
            delivered: "delivered";
            failed: "failed";
            pending: "pending";
        }>;
        attempts: z.ZodInt;
        status: z.ZodNullable<z.ZodInt>;
        error: z.ZodNullable<z.ZodString>;
        createdAt: z.ZodString;
        nextAttemptAt: z.ZodNullable<z.ZodString>;
        endedAt: z.ZodNullable<z.ZodString>;
    }, z.core.$strip>>;
    secret: z.ZodString;
}, z.core.$strip>;
export {};
