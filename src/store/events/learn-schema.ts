import type { EventValue } from '../../data/event.ts'
import { type EventSchemaWish, schemaLearner } from '../../data/event-schema.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import type { TimeSpan } from './event-bounds.ts'
import { type EventStores, lookAtEvents } from './event-look.ts'

/**
 * What a model reads and says, as the predictions of a stretch of event time and all their labels show.
 * @throws Fault DATA_INVALID when there is no feature, or the labels are no task
 */
export function learnModelSchema(
  stores: EventStores,
  { model, start, end }: TimeSpan & { readonly model: string },
  wish: EventSchemaWish,
): Promise<ModelSchema> {
  const learner = schemaLearner(wish)
  const bounds = { model, upToSeq: null, upToTime: null }
  return lookAtEvents(stores, async (look) => {
    const ids = new Set<string>()
    await look.each(bounds, { type: 'p', within: { start, end } }, ({ predictionId, body }) => {
      ids.add(predictionId)
      const { features = {} } = JSON.parse(body) as { features?: Record<string, EventValue> }
      learner.prediction(features)
    })
    await look.each(bounds, { type: 'l' }, ({ predictionId, body }) => {
      if (!ids.has(predictionId)) return
      learner.label((JSON.parse(body) as { label?: EventValue }).label ?? null)
    })
    return learner.learned()
  })
}
