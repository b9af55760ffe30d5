import type { RunEvent } from '../shared/runs/run-event.js';
/**
 * Serialises an event to JSON that every server accepts. Large values are replaced with a placeholder, and long text is
 * truncated. Characters that PostgreSQL cannot store are replaced.
 */
export declare function writeEvent(event: RunEvent): string;
