import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Invariant, Scene } from './invariant.ts'
import { environmentOf, trainersOf } from './orphans.ts'
import { filesBelow } from './remains.ts'

/** So long a message may wait that somebody had taken who was killed then. Milliseconds. */
const LEASE_MS = 240_000

export const messagesDelivered: Invariant = {
  id: 'I12',
  holds: 'what was committed is told at least once, under one id',
  async look({ sql, told, now, patienceMs }) {
    const heardBefore = [...(told?.keys() ?? [])]
    const untold = await sql<{ said: string }>(
      `select s.model || ': nobody was to be told that version ' || s.version || ' was ' || s.reason || ' in stretch ' || s.number as said
       from (select model, case reason when 'first' then 'promoted' else reason end as reason, count(*) as n, max(version) as version, max(number) as number
         from serving s where exists (select from policy p where p.model = s.model and jsonb_array_length(p.settings->'hooks') > 0)
         group by model, 2) s
       where s.n > (select count(*) from outbox o where o.model = s.model and o.event = s.reason)`,
    )
    const found = untold.map(({ said }) => said)
    if (told === null) return found
    const messages = await sql<{ id: string; what: string; given_up: boolean; delivered: boolean; old: boolean }>(
      `select message_id as id, coalesce(model, '') || ': ' || event as what, given_up_at is not null as given_up,
         delivered_at is not null as delivered, written_at < $1 as old from outbox`,
      [now - Math.max(patienceMs, LEASE_MS)],
    )
    for (const { id, what, given_up, delivered, old } of messages) {
      const heard = told.get(id) ?? []
      if (delivered && heard.length === 0) found.push(`${what} (${id}) counts as told, and nobody heard it`)
      if (given_up) found.push(`${what} (${id}) was given up`)
      if (!delivered && !given_up && old && heard.length === 0) found.push(`${what} (${id}) was not told`)
      if (new Set(heard).size > 1) found.push(`${what} (${id}) was told with different content`)
    }
    const known = new Set(messages.map(({ id }) => id))
    for (const id of heardBefore) if (!known.has(id)) found.push(`message ${id} was told, and is nowhere written`)
    return found
  },
}

/** Bigger files are not searched. Bytes. */
const MOST_READ = 64 * 2 ** 20
const SEARCHED = 'searched: '

export const secretKept: Invariant = {
  id: 'I15',
  holds: 'a secret is in no file, no table, no answer, and in no environment but where it was asked for',
  async look(scene) {
    const { secret, dataFolder } = scene
    if (secret === null) return []
    const { values, given, texts } = secret
    const files = filesBelow(dataFolder).filter(({ bytes }) => bytes <= MOST_READ)
    const found: string[] = []
    for (const [i, text] of texts.entries())
      if (values.some((value) => text.includes(value))) found.push(`a secret is in answer ${i}: ${text.slice(0, 80)}`)
    for (const { path, bytes, changedAt } of files) {
      const state = `${bytes} ${changedAt}`
      // What has not changed since it was searched is searched again only when everything is.
      if (!scene.isThorough && scene.memory.get(SEARCHED + path) === state) continue
      const content = textOf(join(dataFolder, path))
      if (values.some((value) => content.includes(value))) found.push(`a secret is in ${path}`)
      else scene.memory.set(SEARCHED + path, state)
    }
    for (const { pid } of trainersOf(dataFolder)) {
      const environment = environmentOf(pid)
      if (values.some((value) => !given.includes(value) && environment.includes(value)))
        found.push(`a secret is in the environment of trainer ${pid}`)
    }
    for (const value of values) found.push(...(await inTables(scene, value)))
    return found
  },
}

function textOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    // A folder, or gone.
    return Buffer.alloc(0)
  }
}

async function inTables({ sql }: Scene, value: string): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind = 'r' and c.relname !~ '^event'`,
  )
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await sql(`select 1 from "${name}" t where position($1 in t::text) > 0 limit 1`, [value])
    if (rows.length > 0) found.push(`a secret is in the table ${name}`)
  }
  return found
}
