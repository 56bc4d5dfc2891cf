import { assert, unreachable } from '../base/assert.ts'
import type { Reason } from '../base/decision.ts'
import type { Learned, TrainingOutcome } from '../base/training.ts'
import { type Verdict, worst } from '../base/verdict.ts'
import { countRejection, forgetRejections, openBreaker } from './breaker.ts'
import { withOrigin } from './origins.ts'
import { afterServe, serveEffect } from './serving.ts'
import { actOrAsk, record, type Turn } from './turn.ts'

/** What becomes of a run that ended: promote, reject, or say why there is nothing to judge. */
export function runEnded(turn: Turn, result: TrainingOutcome<number>, learned?: Learned): void {
  const { run } = turn.state
  turn.state = { ...turn.state, run: null }
  switch (result.kind) {
    case 'failed':
      record(turn, 'run-failed', [{ by: 'trainer', text: result.why }])
      return openBreaker(turn, 'a training did not converge')
    case 'cancelled':
      record(turn, 'run-cancelled', [{ by: 'person', text: result.why }])
      return
    case 'blocked':
      record(
        turn,
        'data-refused',
        result.breaches.map((text) => ({ by: 'contract', text })),
      )
      if (result.isCorrupted) openBreaker(turn, 'the training data is corrupted')
      return
    case 'trained': {
      const notes = result.notes.map((text) => ({ by: 'pipeline', text }))
      const trained = { version: result.model, verdicts: result.verdicts, notes }
      assert(run !== null, 'a run ended that is not active')
      turn.state = { ...turn.state, origins: withOrigin(turn.state, result.model, run, learned) }
      const isJudged = run.plan.holdOutWindows > 0
      return isJudged ? judged(turn, trained) : unjudged(turn, trained)
    }
    default:
      unreachable(result)
  }
}

/** A version that was trained, and what the run has to say of how. */
interface Trained {
  readonly version: number
  readonly verdicts: readonly Verdict[]
  readonly notes: readonly Reason[]
}

/** Nothing was held out: the evidence is the champion's own loss, and probation guards what follows. A broken version still fails. */
function unjudged(turn: Turn, trained: Trained): void {
  const broken = trained.verdicts.filter((v) => v.outcome === 'fail' || v.outcome === 'error')
  if (broken.length > 0) return reject(turn, trained, broken)
  const windows = turn.config.probationWindows
  if (windows > 0)
    return promote(turn, trained, { by: 'probation', text: `it serves under probation for ${windows} windows` })
  promote(turn, trained, { by: 'policy', text: 'it serves without being judged, as the policy asks' })
}

function judged(turn: Turn, trained: Trained): void {
  // A gate that does not apply says nothing for the challenger; one at least must have passed.
  const asked = trained.verdicts.filter((v) => v.outcome !== 'skipped')
  if (worst(asked.map((v) => v.outcome)) === 'pass')
    return promote(turn, trained, { by: 'gates', text: 'every gate passed' })
  const against = asked.filter((v) => v.outcome !== 'pass')
  reject(turn, trained, against)
}

function promote(turn: Turn, { version, verdicts, notes }: Trained, reason: Reason): void {
  const entry = record(turn, 'promote', [reason, ...notes], { version, verdicts })
  const serve = serveEffect(turn.state, version, 'promoted')
  turn.state = forgetRejections(turn.state)
  if (actOrAsk(turn, entry, [serve], true)) turn.state = afterServe(turn.state, serve, turn.config)
}

function reject(turn: Turn, { version, verdicts, notes }: Trained, against: readonly Verdict[]): void {
  const because: readonly Reason[] = against.map((v) => ({
    by: v.gate,
    text: v.because,
    rows: v.rows,
    ...(v.observed === null ? {} : { value: v.observed }),
    ...(v.limit === null ? {} : { limit: v.limit }),
  }))
  const none = [{ by: 'gates', text: 'no gate said anything, and silence is never a pass' }]
  record(turn, 'reject', [...(because.length > 0 ? because : none), ...notes], { version, verdicts })
  // Inconclusive is the usual answer on few rows: it holds the challenger back, but it is no sign that anything is broken.
  if (against.length === 0 || against.some((v) => v.outcome !== 'inconclusive')) countRejection(turn)
}
