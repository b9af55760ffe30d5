/** Resolves a color token (a CSS variable) to its current value, for use in a canvas, which cannot resolve CSS variables. */
export function readTokenColor(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls `onChange` when the dashboard's theme or the system's color scheme changes. @returns A function that removes the listeners. */
export function watchTheme(onChange: () => void): () => void {
  const darkScheme = matchMedia('(prefers-color-scheme: dark)');
  window.addEventListener('millrace-theme', onChange);
  darkScheme.addEventListener('change', onChange);
  return () => {
    window.removeEventListener('millrace-theme', onChange);
    darkScheme.removeEventListener('change', onChange);
  };
}
