import type { EventValue, LabelEvent, PredictionEvent } from '../../src/data/event.ts'
import type { ModelSchema } from '../../src/data/model-schema.ts'
import type { Database } from '../../src/store/postgres/database.ts'

export const NOW = Date.UTC(2026, 0, 10)

/** The schema that `prediction` below writes rows of. */
export const EVENT_SCHEMA: ModelSchema = {
  task: { kind: 'binary', classes: ['no', 'yes'] },
  features: [
    { name: 'age', kind: 'numeric' },
    { name: 'city', kind: 'categorical' },
    { name: 'member', kind: 'boolean' },
  ],
}

export function prediction(id: string, time: number, changes: Partial<PredictionEvent> = {}): PredictionEvent {
  const features: Record<string, EventValue> = { age: time / 1000, city: `city${time % 3}`, member: time % 2 === 0 }
  return { type: 'prediction', id, predictionId: id, model: 'm', time, features, score: 0.5, version: 1, ...changes }
}

export function label(id: string, predictionId: string, time: number, value: EventValue): LabelEvent {
  return { type: 'label', id, predictionId, model: 'm', time, label: value }
}

export async function declareModels(database: Database, ...names: readonly string[]): Promise<void> {
  for (const name of names) await database.kysely.insertInto('model').values({ name, created_at: 0 }).execute()
}
