/**
 * Encrypts webhook secrets. Access to the database, its backups or its exports is then not enough to sign messages as this
 * server. The key is in the data directory, which is shared by all servers that use the same database.
 */
export declare class SecretBox {
    #private;
    private constructor();
    /** Loads the key from `<dataDir>/webhook.key` (mode 0600), creating it if it does not exist. */
    static open(dataDir: string): Promise<SecretBox>;
    seal(secret: string): string;
    /** Returns the secret, or `undefined` if the sealed text was modified or was sealed with a different key. */
    unseal(text: string): string | undefined;
}
