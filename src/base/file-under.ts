import { statSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * The whole path of a word of a command line where it names a file below a folder, else null. A word may as well be a
 * whole script (`python -c "…"`): what the system will not even take for a path names no file.
 */
export function fileUnder(folder: string, word: string): string | null {
  const path = resolve(folder, word)
  try {
    return statSync(path).isFile() ? path : null
  } catch {
    return null
  }
}
