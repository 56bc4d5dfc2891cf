import type { Evidence } from '../../src/base/evidence.ts'
import type { LoopConfig } from '../../src/loop/config.ts'
import type { Circumstances } from '../../src/loop/explain/circumstances.ts'
import { explain } from '../../src/loop/explain/explain.ts'
import type { Explanation } from '../../src/loop/explain/explanation.ts'
import type { Observation } from '../../src/loop/observation.ts'
import type { DecisionKind, DecisionRecord } from '../../src/loop/record.ts'
import { loopConfig, loopLife, ROWS } from './loop-life.ts'

/** Keeps the records of a life as a database does, and explains each decision from them. */
export interface ExplainedLife {
  heard(observation: Observation, config: LoopConfig, decisions: readonly DecisionRecord[]): void
  /** The newest decision of a kind. */
  newest(kind: DecisionKind): Explanation
  all(): Explanation[]
}

interface Entry {
  readonly record: DecisionRecord
  readonly seq: number
  readonly body: Observation
  readonly config: LoopConfig
  readonly together: readonly DecisionRecord[]
}

const WANTS: readonly DecisionKind[] = ['retrain', 'promote', 'reinstate']
const ANSWERS: readonly DecisionKind[] = ['approved', 'declined']

export function explainedLife(): ExplainedLife {
  const entries: Entry[] = []
  let seq = 0
  const explained = (entry: Entry): Explanation => {
    const { record, body, config, together } = entry
    const before = entries.map((one) => one.record).filter((one) => one.seq < record.seq)
    const after = entries.map((one) => one.record).filter((one) => one.seq > record.seq)
    const isAnswer = ANSWERS.includes(record.kind)
    const wanted = before.findLast(({ kind }) => (isAnswer ? WANTS.includes(kind) : kind === 'retrain'))
    const next = WANTS.includes(record.kind)
      ? after.find(({ kind }) => [...ANSWERS, ...WANTS].includes(kind))
      : undefined
    const circumstances: Circumstances = {
      record,
      observation: { seq: entry.seq, body },
      policy: 1,
      config,
      together,
      follows: body.kind === 'run-ended' || isAnswer ? (wanted ?? null) : null,
      answeredBy: next !== undefined && ANSWERS.includes(next.kind) ? next : null,
    }
    return explain(circumstances)
  }
  return {
    heard(body, config, decisions) {
      seq++
      for (const record of decisions) entries.push({ record, seq, body, config, together: decisions })
    },
    newest(kind) {
      const found = entries.findLast(({ record }) => record.kind === kind)
      if (found === undefined)
        throw new Error(`nothing of kind ${kind} was decided: ${entries.map((e) => e.record.kind)}`)
      return explained(found)
    },
    all: () => entries.map(explained),
  }
}

/** A loop whose records are explained. */
export function explainedLoop(change: Partial<LoopConfig> = {}) {
  const config = loopConfig(change)
  const loop = loopLife(config)
  const told = explainedLife()
  const tell = (observation: Observation) => {
    const result = loop.tell(observation)
    told.heard(observation, config, result.decisions)
    return result
  }
  const matured = (window: number, ...evidence: readonly Evidence[]) =>
    tell({ kind: 'labels-matured', window, now: null, evidence, labelledRows: ROWS, breaches: [] })
  const ended = (result: Extract<Observation, { kind: 'run-ended' }>['result']) =>
    tell({ kind: 'run-ended', run: loop.state.run?.run ?? -1, result })
  const say = (command: 'approve' | 'reject' | 'close-breaker') =>
    tell({ kind: 'command', command, actor: 'ada', reason: 'because I looked' })
  return { loop, told, tell, matured, ended, say }
}
