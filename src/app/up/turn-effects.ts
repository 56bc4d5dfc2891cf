import { parseSpan } from '../../base/units.ts'
import { hooksOf, targetsOf } from '../../integrations/hook-config.ts'
import { appendAudit } from '../../store/audit/append.ts'
import type { TurnEffects } from '../../store/loop/commit-turn.ts'
import { serve } from '../../store/models/serving.ts'
import { enqueueMessage } from '../../store/outbox/messages.ts'
import type { RunQueue } from '../../store/runs/run-queue.ts'
import { startRun } from '../../store/runs/start-run.ts'
import type { PolicyReader } from './policies.ts'

/** A run may wait in the queue for others; what it may take itself, its limits say. */
const QUEUE_MS = 24 * 3_600_000

/** What a turn of the loop changes beside its own tables: each call is part of the turn's transaction. */
export function turnEffects(policies: PolicyReader, queue: RunQueue): TurnEffects {
  return {
    async startRun(trx, { model, policy, now }, { run, plan, champion, because, actor }) {
      const { settings } = await policies.at(model, policy)
      const limitMs = parseSpan(settings.training.timeLimit, 'training.timeLimit') + QUEUE_MS
      await startRun(trx, queue, { model, number: run, plan, policy, champion, because, actor, now, limitMs })
    },
    async serve(trx, { model, now }, { version, reason, window, decision, actor, because }) {
      const order = { model, version, at: now, reason, decision, actor, because, fromWindow: window }
      const { isChanged, previous } = await serve(trx, order)
      if (isChanged) {
        const detail = { version, previous, reason, decision }
        await appendAudit(trx, { at: now, actor, action: 'serving-changed', model, detail })
      }
      return isChanged
    },
    async announce(trx, { model, policy, now }, { event, version, decision, because }) {
      const { settings } = await policies.at(model, policy)
      const body = { model, version, decision: decision?.seq ?? null, window: decision?.window ?? null, because }
      await enqueueMessage(trx, { model, event, targets: targetsOf(hooksOf(settings), event), body, now })
    },
    audit: (trx, note) => appendAudit(trx, note),
  }
}
