import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { DoctorLine } from '../cli/doctor-report.ts'
import { addressOf } from '../store/postgres/address.ts'
import { openDatabase } from '../store/postgres/database.ts'
import { readPostmaster } from '../store/postgres/embedded/postmaster-file.ts'
import { type Soundness, type SystemSoundness, soundnessOf } from '../store/postgres/soundness.ts'
import { messageOf } from './doctor-machine.ts'

/** Windows close by clocks: beyond this somebody is wrong. Milliseconds. */
const MOST_SKEW = 2_000
const BAD_SKEW = 60_000

/** The database that was named, else the built-in one of the data folder, where it runs. */
export async function databaseLines(
  url: string | undefined,
  folder: string | null,
  clock: Clock,
): Promise<DoctorLine[]> {
  const address = url ?? (folder === null ? null : await builtInUrl(folder))
  if (address === null) {
    const detail = folder === null ? 'none yet' : 'the built-in one is not running'
    return [{ what: 'database', state: 'warn', detail, todo: "'keepfit up' starts it; or set DATABASE_URL" }]
  }
  try {
    const database = await openDatabase(address, { maxConnections: 1, applicationName: 'keepfit doctor' })
    try {
      const before = clock.now()
      const found = await soundnessOf(database)
      return linesOf(found, addressOf(address), (before + clock.now()) / 2)
    } finally {
      await database.close()
    }
  } catch (error) {
    const todo = url === undefined ? "start it with 'keepfit up'" : 'start it, or mend DATABASE_URL'
    return [{ what: 'database', state: 'bad', detail: messageOf(error), todo }]
  }
}

/** @param now of this machine, in the middle of the question; ms since 1970 UTC */
export function linesOf(found: Soundness, address: string, now: number): DoctorLine[] {
  const { version, missing, unknown, system } = found
  const lines: DoctorLine[] = [
    { what: 'database', state: 'ok', detail: `Postgres ${version} answers at ${address}`, todo: null },
    clockLine(found.now - now),
  ]
  if (unknown.length > 0)
    lines.push({
      what: 'schema',
      state: 'bad',
      detail: `changed by a newer Keepfit: ${unknown.join(', ')}`,
      todo: 'use that version',
    })
  else if (missing.length > 0)
    lines.push({
      what: 'schema',
      state: 'warn',
      detail: `${missing.length} changes are still to be made`,
      todo: "'keepfit up' makes them",
    })
  else lines.push({ what: 'schema', state: 'ok', detail: 'of this version', todo: null })
  return system === null ? lines : [...lines, ...systemLines(system)]
}

function clockLine(skew: number): DoctorLine {
  const size = Math.abs(skew)
  const detail = `the database's clock is ${(size / 1000).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} this machine's`
  if (size <= MOST_SKEW) return { what: 'clock', state: 'ok', detail: 'machine and database agree', todo: null }
  return { what: 'clock', state: size > BAD_SKEW ? 'bad' : 'warn', detail, todo: 'set both by NTP' }
}

function systemLines({ orphans, unfinished, outboxGivenUp, outboxWaiting, processes }: SystemSoundness): DoctorLine[] {
  const isDown = processes.length === 0
  const runs: DoctorLine =
    orphans.length > 0
      ? {
          what: 'runs',
          state: isDown ? 'warn' : 'bad',
          detail: `nobody works at ${orphans.slice(0, 5).join(', ')}`,
          todo: isDown ? "'keepfit up' takes them over" : 'a worker should have taken them over: see its log',
        }
      : { what: 'runs', state: 'ok', detail: `${unfinished} waiting or on`, todo: null }
  const outbox: DoctorLine =
    outboxGivenUp > 0
      ? {
          what: 'outbox',
          state: 'warn',
          detail: `${outboxGivenUp} messages to the world were given up, ${outboxWaiting} wait`,
          todo: 'mend what onPromote, onRollback or the webhook name; keepfit status',
        }
      : { what: 'outbox', state: 'ok', detail: `${outboxWaiting} messages wait`, todo: null }
  const told = processes.map(({ host, pid, roles }) => `${roles.join('+')} (${pid} on ${host})`).join(', ')
  return [
    runs,
    outbox,
    { what: 'processes', state: 'ok', detail: isDown ? 'none heard of within a minute' : told, todo: null },
  ]
}

/** Null where it does not run. */
async function builtInUrl(folder: string): Promise<string | null> {
  const home = join(folder, 'postgres')
  const moved = await readFile(join(home, 'moved-to'), 'utf8').catch(() => home)
  const postmaster = await readPostmaster(join(moved.trim(), 'data')).catch(() => undefined)
  if (postmaster === undefined) return null
  return `postgresql://keepfit@localhost/keepfit?host=${encodeURIComponent(postmaster.socketFolder)}&port=5432&sslmode=disable`
}
