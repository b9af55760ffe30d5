/** Returns the current colour of a design token (a CSS variable), for a canvas, which cannot resolve CSS variables. */
export function readTokenColour(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls `onChange` when the theme of the dashboard or of the system changes. @returns A function that removes the listeners. */
export function watchTheme(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  window.addEventListener('millrace-theme', onChange);
  system.addEventListener('change', onChange);
  return () => {
    window.removeEventListener('millrace-theme', onChange);
    system.removeEventListener('change', onChange);
  };
}
