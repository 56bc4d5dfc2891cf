/** The environment of this process: read here, and handed to whoever needs some of it. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env
}
