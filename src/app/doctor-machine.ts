import { readFile, stat } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../base/fault.ts'
import type { DoctorLine } from '../cli/doctor-report.ts'
import { freeBytes } from '../store/disk/durable-file.ts'
import { findBinaries } from '../store/postgres/embedded/binaries.ts'
import { loadConfig } from './config/load.ts'
import { ADDRESS_FILE, TOKEN_FILE } from './server-place.ts'

const OLDEST_NODE = [20, 19] as const
const GIB = 1024 ** 3
/** Below this training and database fight for memory. Bytes. */
const LITTLE_MEMORY = GIB
const LITTLE_DISK = 2 * GIB
const NO_DISK = GIB / 4
/** How long the server may take to say how it is. Milliseconds. */
const SERVER_PATIENCE = 5_000

const ok = (what: string, detail: string): DoctorLine => ({ what, state: 'ok', detail, todo: null })

export function machineLines(): DoctorLine[] {
  const memory = totalmem()
  const size = `${availableParallelism()} cores, ${(memory / GIB).toFixed(1)} GiB of memory, ${process.platform} ${process.arch}`
  const machine: DoctorLine =
    memory < LITTLE_MEMORY
      ? { what: 'machine', state: 'warn', detail: size, todo: 'give it 1 GiB or more: a training may not fit' }
      : ok('machine', size)
  return [machine, nodeLine(process.versions.node), binariesLine()]
}

/** @param version as `process.versions.node` says */
export function nodeLine(version: string): DoctorLine {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [least, leastMinor] = OLDEST_NODE
  if (major > least || (major === least && minor >= leastMinor)) return ok('node', `version ${version}`)
  return { what: 'node', state: 'bad', detail: `version ${version}`, todo: `use ${OLDEST_NODE.join('.')} or newer` }
}

function binariesLine(): DoctorLine {
  try {
    return ok('postgres', `the built-in Postgres ${findBinaries(process.platform, process.arch).version} is installed`)
  } catch (error) {
    return { what: 'postgres', state: 'warn', detail: messageOf(error), todo: 'npm install, or set DATABASE_URL' }
  }
}

export async function configurationLine(path: string): Promise<DoctorLine> {
  try {
    const { models } = await loadConfig(path)
    return ok('configuration', `${path} holds ${models.size} ${models.size === 1 ? 'model' : 'models'}`)
  } catch (error) {
    if (error instanceof Fault && error.code === 'FILE_MISSING')
      return { what: 'configuration', state: 'warn', detail: error.message, todo: "write one with 'keepfit init'" }
    return { what: 'configuration', state: 'bad', detail: messageOf(error), todo: 'mend it; docs/configuration.md' }
  }
}

export async function dataFolderLines(folder: string | null): Promise<DoctorLine[]> {
  if (folder === null)
    return [
      { what: 'data folder', state: 'warn', detail: 'there is none here or above', todo: "'keepfit up' makes it" },
    ]
  const lines = [await privateLine('data folder', folder, OTHERS_WRITE, 'chmod go-w')]
  for (const name of PRIVATE) {
    const path = join(folder, name)
    const isThere = await stat(path).then(
      () => true,
      () => false,
    )
    if (isThere) lines.push(await privateLine(name, path, OTHERS_READ, 'chmod -R go-rwx'))
  }
  return lines.filter(({ what, state }) => state !== 'ok' || what === 'data folder' || what === TOKEN_FILE)
}

/** What holds rows of customers, or opens the door. */
const PRIVATE = [TOKEN_FILE, 'events', 'snapshots', 'artifacts', 'runs', 'log'] as const
const OTHERS_READ = 0o066
/** A database that root starts runs as somebody else, who must come through the folder itself. */
const OTHERS_WRITE = 0o022

async function privateLine(what: string, path: string, forbidden: number, mend: string): Promise<DoctorLine> {
  const found = await stat(path).catch((error: unknown) => messageOf(error))
  if (typeof found === 'string') return { what, state: 'bad', detail: found, todo: 'say --data DIR of the server' }
  const mode = (found.mode & 0o777).toString(8)
  if ((found.mode & forbidden) === 0) return ok(what, `${path}, mode ${mode}`)
  const may = forbidden === OTHERS_WRITE ? 'written' : 'read'
  return { what, state: 'bad', detail: `${path} can be ${may} by others, mode ${mode}`, todo: `${mend} ${path}` }
}

export async function diskLine(folder: string): Promise<DoctorLine> {
  const free = await freeBytes(folder).catch(() => null)
  if (free === null)
    return { what: 'disk', state: 'warn', detail: `the disk of ${folder} does not say how full it is`, todo: null }
  const detail = `${(free / GIB).toFixed(1)} GiB free at ${folder}`
  if (free >= LITTLE_DISK) return ok('disk', detail)
  const todo = 'make room, or keep events for a shorter time; a full disk refuses new events'
  return { what: 'disk', state: free < NO_DISK ? 'bad' : 'warn', detail, todo }
}

export async function serverLine(folder: string | null): Promise<DoctorLine> {
  const url = folder === null ? '' : await readFile(join(folder, ADDRESS_FILE), 'utf8').catch(() => '')
  const down = (detail: string): DoctorLine => ({
    what: 'server',
    state: 'warn',
    detail,
    todo: "start it with 'keepfit up'",
  })
  if (url === '') return down('not running here')
  const answer = await fetch(`${url.trim()}/v1/health`, { signal: AbortSignal.timeout(SERVER_PATIENCE) }).catch(
    () => null,
  )
  if (answer === null) return down(`nobody answers at ${url.trim()}: it was killed, or is starting`)
  const health = (await answer.json().catch(() => ({}))) as { readonly parts?: readonly Part[] }
  const ill = (health.parts ?? []).filter((part) => !part.ok)
  if (answer.ok) return ok('server', `answers at ${url.trim()}`)
  const told = ill.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
  return {
    what: 'server',
    state: 'bad',
    detail: `answers at ${url.trim()}, but ${told || 'is stopping'}`,
    todo: 'see the lines above, and its log',
  }
}

interface Part {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
