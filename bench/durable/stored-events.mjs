// Fills a database with events as the product lays them out, by SQL, and seals them with the product's own code.
import { join } from 'node:path'

const DAY_MS = 86_400_000
export const FIRST = Date.UTC(2026, 0, 1)
/** Sealing waits for an hour; the bench says that it has passed. */
const LATER_MS = 2 * 3_600_000

/** A model that no configuration names: its events are stored, and nobody works on them. */
export async function declareModel(client, model) {
  await client.query('insert into model (name, created_at) values ($1, 0) on conflict do nothing', [model])
}

/** Makes the first partition, which a fresh database does not have before its first event. */
export async function openFirst(built, database) {
  const { openPartition } = await import(join(built, 'store', 'events', 'partitions.js'))
  await openPartition(database, Date.now())
}

/** `rows` predictions of one day with `features` numbers each, and their labels; also their ids, as ingest writes them. */
export async function insertEvents(client, { model, from, rows, features, firstTime = FIRST }) {
  const { rows: open } = await client.query('select number from event_partition where closed_at is null')
  const partition = open[0].number
  const told = Array.from(
    { length: features },
    (_, k) => `'"f${k}":' || round((1000 * random() - ${k})::numeric, 3)`,
  ).join(` || ',' || `)
  const spacing = Math.max(1, Math.floor(DAY_MS / rows))
  const values = `${partition}, $1`
  const range = `generate_series($2::int8, $2::int8 + $3::int8 - 1) as i`
  await client.query(
    `insert into event (partition, model, type, id, time, received_at, prediction_id, version, body)
     select ${values}, 'p', 'p' || i, $4::int8 + (i - $2::int8) * $5::int8, $4, 'p' || i, 1,
       '{"features":{' || ${told} || '},"score":0.25}' from ${range}`,
    [model, from, rows, firstTime, spacing],
  )
  await client.query(
    `insert into event (partition, model, type, id, time, received_at, prediction_id, body)
     select ${values}, 'l', 'l' || i, $4::int8 + (i - $2::int8) * $5::int8, $4, 'p' || i,
       '{"label":' || (i % 2) || '}' from ${range}`,
    [model, from, rows, firstTime + DAY_MS, spacing],
  )
  for (const letter of ['p', 'l']) {
    await client.query(
      `insert into event_id (key, hash, partition)
       select substring(sha256(convert_to($1 || chr(31) || '${letter}' || i, 'UTF8')) for 16),
         substring(sha256(convert_to('${letter}' || i, 'UTF8')) for 16), ${partition} from ${range}`,
      [model, from, rows],
    )
  }
}

/** Closes the open partition and seals everything. @returns the partitions that were sealed */
export async function sealAll(built, database, dataFolder) {
  const { rotatePartition } = await import(join(built, 'store', 'events', 'partitions.js'))
  const { sealPartitions } = await import(join(built, 'store', 'events', 'seal.js'))
  const now = Date.now()
  await rotatePartition(database, { now, limits: { rows: 1, bytes: 1, ageMs: 0 } })
  return sealPartitions({ database, dataFolder }, { now: now + LATER_MS, settledMs: 0 })
}
