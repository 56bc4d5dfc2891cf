import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { declareModels, label, NOW, prediction } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import type { EventValue, KeepfitEvent } from '../../data/event.ts'
import { eventRows } from '../../data/event-rows.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import type { WindowRows } from '../../data/window-rows.ts'
import { appendEvents } from './append.ts'
import { rotatePartition } from './partitions.ts'
import { readWindowRows } from './read-rows.ts'
import { sealPartitions } from './seal.ts'

const KINDS = ['numeric', 'categorical', 'boolean', 'time'] as const
/** Every kind of values told under every kind of column, and names that SQL and JSON must quote. */
const TOLD = ['numbers', 'texts', 'flags', 'mixed', 'none', 'o"d/~\'d', 'Time'] as const
const SCHEMA: ModelSchema = {
  task: { kind: 'binary', classes: ['no', 'yes'] },
  features: KINDS.flatMap((kind) => TOLD.map((told) => ({ name: `${told} ${kind}`, kind }))).concat(
    { name: 'time', kind: 'numeric' },
    { name: 'never told', kind: 'categorical' },
  ),
}

const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constantFrom(0, 1, 1e21))
const text = fc.oneof(
  fc.constantFrom('1', '01', '1.50', '1e5', 'true', '2026-01-02', ''),
  fc.string({ unit: 'grapheme' }),
)
const VALUES: Record<(typeof TOLD)[number], fc.Arbitrary<EventValue | undefined>> = {
  numbers: fc.option(number, { nil: null }),
  texts: fc.option(text, { nil: undefined }),
  flags: fc.option(fc.boolean(), { nil: null }),
  mixed: fc.oneof(number, text, fc.boolean(), fc.constant(null)),
  none: fc.constant(null),
  'o"d/~\'d': text,
  Time: number,
}
const features = fc
  .tuple(fc.record(Object.fromEntries(SCHEMA.features.map(({ name }) => [name, VALUES[wordOf(name)]]))), number)
  .map(([told, time]) => {
    const said = Object.entries({ ...told, time }).filter(
      ([name, value]) => value !== undefined && name !== 'never told',
    )
    return Object.fromEntries(said) as Record<string, EventValue>
  })
const score = fc.constantFrom(null, 0.25, 1, 7, [0.75, 0.25], { yes: 0.5, no: 0.5 }, [0.1])
const one = fc.record({
  of: fc.integer({ min: 0, max: 14 }),
  isLabel: fc.boolean(),
  time: fc.integer({ min: -20, max: 120 }),
  value: fc.constantFrom<EventValue>('yes', 'no', 'no', true, null, 'perhaps'),
  features,
  score,
  part: fc.integer({ min: 0, max: 3 }),
})

function wordOf(name: string): (typeof TOLD)[number] {
  return TOLD.find((told) => name.startsWith(`${told} `)) ?? 'none'
}

let fresh: FreshDatabase
let dataFolder: string
beforeAll(async () => {
  fresh = await freshDatabase()
  dataFolder = await mkdtemp(join(tmpdir(), 'keepfit-sealed-'))
})
afterAll(async () => {
  await fresh.drop()
  await rm(dataFolder, { recursive: true })
})

/** What the rows are by definition: every event in memory, one after the other. */
function expected(events: readonly KeepfitEvent[]): WindowRows {
  const rows = eventRows(SCHEMA)
  const place = (event: KeepfitEvent) => ({ seq: 0, time: event.time, predictionId: event.predictionId ?? '' })
  for (const event of events) {
    if (event.type !== 'prediction') continue
    const head = { ...place(event), version: event.version, score: event.score }
    rows.pushEvent({ ...head, isCorrection: event.id !== event.predictionId }, event.features)
  }
  const settled = rows.settle(0, 100)
  for (const event of events) if (event.type === 'label') settled.pushLabel(place(event), event.label)
  return settled.build(null)
}

let life = 0

it('rows are the same from Postgres and from any number of sealed files, whatever was told, corrected or taken back', async () => {
  await fc.assert(
    // Equal times are told apart by arrival, which is another test's.
    fc.asyncProperty(
      fc.uniqueArray(one, { maxLength: 40, selector: ({ time, isLabel }) => `${time} ${isLabel}` }),
      async (list) => {
        const model = `m${life++}`
        await declareModels(fresh.database, model)
        const first = new Map<number, unknown>()
        for (const each of list) if (!each.isLabel && !first.has(each.of)) first.set(each.of, each)
        const events = list.map((each, i): KeepfitEvent => {
          const about = `p${each.of}`
          if (each.isLabel) return { ...label(`l${i}`, about, each.time, each.value), model }
          const id = first.get(each.of) === each ? about : `c${i}`
          const { features: told, score: said } = each
          return prediction(id, each.time, { model, predictionId: about, features: told, score: said, version: i })
        })
        // Of four parts in any order, the last stays in Postgres.
        for (let part = 0; part < 4; part++) {
          await appendEvents(
            fresh.database,
            events.filter((_, i) => list[i]?.part === part),
            { now: NOW },
          )
          if (part === 3) break
          await rotatePartition(fresh.database, { now: NOW, limits: { rows: 1, bytes: 1, ageMs: 0 } })
          await sealPartitions({ database: fresh.database, dataFolder }, { now: NOW, settledMs: 0 })
        }
        const bounds = { model, schema: SCHEMA, start: 0, end: 100, upToSeq: null, upToTime: null }
        const { newestSeq: _seq, ...found } = await readWindowRows(
          { database: fresh.database, dataFolder },
          { ...bounds, labels: { absentAs: null } },
        )
        const { newestSeq: _none, ...right } = expected(events)
        expect(found).toEqual(right)
      },
    ),
    { numRuns: 12, seed: 5 },
  )
})
