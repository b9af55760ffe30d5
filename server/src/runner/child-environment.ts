const allowedVariables = new Set([
  ...['PATH', 'HOME', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  // Windows programs need these variables to start, and to find the user's directories and the temporary directory
  ...['SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);

/**
 * Returns the environment of a child process: `extra`, and the parent's variables that a process needs to start, to find files and
 * certificates, and to choose the locale and time zone. Uses an allowlist, because a list of secrets can never be complete. API keys,
 * DATABASE_URL and NODE_OPTIONS are not passed on.
 */
export function createChildEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    const upperName = name.toUpperCase();
    if (value !== undefined && (allowedVariables.has(upperName) || upperName.startsWith('LC_'))) passed[name] = value;
  }
  return { ...passed, ...extra };
}
