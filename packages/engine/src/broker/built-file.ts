/** Threads start from built JavaScript, also when the code that starts them runs from source (in tests). */
export function builtFile(from: string, name: string): URL {
  const url = new URL(`${name}.js`, from);
  if (from.endsWith(".ts")) url.pathname = url.pathname.replace("/src/", "/dist/");
  return url;
}
