/** The colour of a token as it is now, for a canvas, which knows no tokens. */
export function tokenColour(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls `onChange` when the theme changes, by the switch or by the system. Returns what ends it. */
export function watchTheme(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  window.addEventListener('millrace-theme', onChange);
  system.addEventListener('change', onChange);
  return () => {
    window.removeEventListener('millrace-theme', onChange);
    system.removeEventListener('change', onChange);
  };
}
