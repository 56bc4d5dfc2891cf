import type { Migration } from 'kysely'
import * as models from './0001-models.ts'
import * as events from './0002-events.ts'
import * as loop from './0003-loop.ts'
import * as runs from './0004-runs.ts'
import * as outbox from './0005-outbox.ts'
import * as corrections from './0006-corrections.ts'
import * as explanations from './0007-explanations.ts'
import * as eventHalves from './0008-event-halves.ts'
import * as queues from './0009-queues.ts'
import * as troubles from './0010-troubles.ts'
import * as dueSince from './0011-due-since.ts'

/** Every migration, by its number; append-only once released. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-models': models,
  '0002-events': events,
  '0003-loop': loop,
  '0004-runs': runs,
  '0005-outbox': outbox,
  '0006-corrections': corrections,
  '0007-explanations': explanations,
  '0008-event-halves': eventHalves,
  '0009-queues': queues,
  '0010-troubles': troubles,
  '0011-due-since': dueSince,
}
