import { unreachable } from '../base/assert.ts'
import type { TrainingOutcome } from '../base/training.ts'
import { type Verdict, worst } from '../base/verdict.ts'
import { countRejection, forgetRejections, openBreaker } from './breaker.ts'
import { afterServe, serveEffect } from './serving.ts'
import { actOrAsk, record, type Turn } from './turn.ts'

/** What becomes of a run that ended: promote, reject, or say why there is nothing to judge. */
export function runEnded(turn: Turn, result: TrainingOutcome<number>): void {
  const plan = turn.state.run?.plan
  turn.state = { ...turn.state, run: null }
  switch (result.kind) {
    case 'failed':
      record(turn, 'run-failed', [{ by: 'trainer', text: result.why }])
      return openBreaker(turn, 'a training did not converge')
    case 'blocked':
      record(
        turn,
        'data-refused',
        result.breaches.map((text) => ({ by: 'contract', text })),
      )
      if (result.isCorrupted) openBreaker(turn, 'the training data is corrupted')
      return
    case 'trained': {
      const isJudged = (plan?.holdOutWindows ?? 0) > 0
      return isJudged ? judged(turn, result.model, result.verdicts) : unjudged(turn, result.model, result.verdicts)
    }
    default:
      unreachable(result)
  }
}

/** Nothing was held out: the evidence is the champion's own loss, and probation guards what follows. A broken version still fails. */
function unjudged(turn: Turn, version: number, verdicts: readonly Verdict[]): void {
  const broken = verdicts.filter((v) => v.outcome === 'fail' || v.outcome === 'error')
  if (broken.length > 0) return reject(turn, version, verdicts, broken)
  const windows = turn.config.probationWindows
  const text =
    windows > 0
      ? `it serves under probation for ${windows} windows`
      : 'it serves without being judged, as the policy asks'
  promote(turn, version, verdicts, text)
}

function judged(turn: Turn, version: number, verdicts: readonly Verdict[]): void {
  // A gate that does not apply says nothing for the challenger; one at least must have passed.
  const asked = verdicts.filter((v) => v.outcome !== 'skipped')
  if (worst(asked.map((v) => v.outcome)) === 'pass') return promote(turn, version, verdicts, 'every gate passed')
  reject(
    turn,
    version,
    verdicts,
    asked.filter((v) => v.outcome !== 'pass'),
  )
}

function promote(turn: Turn, version: number, verdicts: readonly Verdict[], text: string): void {
  const entry = record(turn, 'promote', [{ by: 'gates', text }], { version, verdicts })
  const serve = serveEffect(turn.state, version, 'promoted')
  turn.state = forgetRejections(turn.state)
  if (actOrAsk(turn, entry, [serve], true)) turn.state = afterServe(turn.state, serve, turn.config)
}

function reject(turn: Turn, version: number, verdicts: readonly Verdict[], against: readonly Verdict[]): void {
  const because = against.map((v) => ({
    by: v.gate,
    text: v.because,
    rows: v.rows,
    ...(v.observed === null ? {} : { value: v.observed }),
    ...(v.limit === null ? {} : { limit: v.limit }),
  }))
  const none = [{ by: 'gates', text: 'no gate said anything, and silence is never a pass' }]
  record(turn, 'reject', because.length > 0 ? because : none, { version, verdicts })
  // Inconclusive is the usual answer on few rows: it holds the challenger back, but it is no sign that anything is broken.
  if (against.length === 0 || against.some((v) => v.outcome !== 'inconclusive')) countRejection(turn)
}
