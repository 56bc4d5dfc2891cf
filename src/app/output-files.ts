import { access, constants, link, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../base/fault.ts'

/** What may stand at the place already: anything that a file can replace, or nothing at all. */
export type Place = 'any' | 'new'

/**
 * Looks whether a file can be written at `path`, before time is spent on what it shall hold.
 * @throws Fault USAGE saying why not
 */
export async function checkPlace(path: string, place: Place): Promise<void> {
  if (path === '') throw new Fault('USAGE', 'the path of a file to write is empty')
  try {
    await access(dirname(path), constants.W_OK)
  } catch (error) {
    throw refused(path, error)
  }
  const there = await stat(path).catch(() => undefined)
  if (there === undefined) return
  if (place === 'new') throw taken(path)
  // A device or a pipe would be replaced by the file that is moved there.
  if (!there.isFile()) {
    const what = there.isDirectory() ? 'a folder' : 'not a regular file'
    throw new Fault('USAGE', `'${path}' cannot be written: it is ${what}`)
  }
}

/** Writes text whole or not at all, over what stands there. @throws Fault USAGE */
export function writeText(path: string, text: string): Promise<void> {
  return putInPlace(path, text, rename)
}

/** The same, but refuses a path where something stands already: a link, unlike a rename, fails there. @throws Fault USAGE */
export function writeNewText(path: string, text: string): Promise<void> {
  return putInPlace(path, text, link)
}

/** Written beside its place and moved there: nobody ever reads half a file. */
async function putInPlace(
  path: string,
  text: string,
  move: (from: string, to: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, text)
    await move(temporary, path)
  } catch (error) {
    throw refused(path, error)
  } finally {
    await rm(temporary, { force: true })
  }
}

function refused(path: string, error: unknown): Fault {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EEXIST':
      return taken(path)
    case 'ENOENT':
    case 'ENOTDIR':
      return new Fault('USAGE', `'${path}' cannot be written: there is no folder '${dirname(path)}'`, {}, error)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Fault('USAGE', `'${path}' cannot be written: permission denied`, {}, error)
    default: {
      const why = error instanceof Error ? error.message : String(error)
      return new Fault('USAGE', `'${path}' cannot be written: ${why}`, {}, error)
    }
  }
}

function taken(path: string): Fault {
  return new Fault('USAGE', `'${path}' cannot be written: something stands there already`)
}
