import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { KeepfitEvent } from '../../src/data/event.ts'
import { appendEvents } from '../../src/store/events/append.ts'
import type { EventStores } from '../../src/store/events/event-look.ts'
import { rotatePartition } from '../../src/store/events/partitions.ts'
import { sealPartitions } from '../../src/store/events/seal.ts'
import { declareModels, NOW } from './event-world.ts'
import { type FreshDatabase, freshDatabase } from './postgres.ts'

/** A database and a folder for events, of which a whole test file makes use. */
export interface StoresOfFile extends EventStores {
  append(events: readonly KeepfitEvent[]): ReturnType<typeof appendEvents>
  /** Closes the open partition, whatever it holds. @returns its number; null: it is empty */
  rotate(): Promise<number | null>
  /** Seals what is closed. @returns numbers of partitions */
  seal(): Promise<readonly number[]>
}

/** To be called once, at the top of a test file: it is there before the first test, and gone after the last. */
export function eventStoresOfFile(...models: readonly string[]): StoresOfFile {
  let fresh: FreshDatabase | undefined
  let folder = ''
  beforeAll(async () => {
    fresh = await freshDatabase()
    folder = await mkdtemp(join(tmpdir(), 'keepfit-events-'))
    await declareModels(fresh.database, ...models)
  })
  afterAll(async () => {
    await fresh?.drop()
    if (folder !== '') await rm(folder, { recursive: true })
  })
  const stores: StoresOfFile = {
    get database() {
      if (fresh === undefined) throw new Error('there is no database before the first test')
      return fresh.database
    },
    get dataFolder() {
      return folder
    },
    append: (events) => appendEvents(stores.database, events, { now: NOW }),
    rotate: () => rotatePartition(stores.database, { now: NOW, limits: { rows: 1, bytes: 1, ageMs: 0 } }),
    seal: () => sealPartitions(stores, { now: NOW, settledMs: 0 }),
  }
  return stores
}
