import { z } from '@hono/zod-openapi'
import type { Evidence } from '../../base/evidence.ts'
import { OUTCOMES } from '../../base/verdict.ts'
import { DECISION_KINDS } from '../../loop/record.ts'
import { Instant, ModelName, wholeText } from './names.ts'

const Seq = wholeText(1, 2_147_483_647)

/** The path `/models/{model}/decisions/{decision}`. */
export const DecisionPath = z.strictObject({
  model: ModelName.openapi({ param: { name: 'model', in: 'path' } }),
  decision: Seq.openapi({ param: { name: 'decision', in: 'path' } }).describe('Number of the decision, from 1.'),
})

/** Newest first. `?kind=retrain&limit=50&before=17`. */
export const DecisionPage = z.strictObject({
  limit: wholeText(1, 1000).default(50).describe('Most decisions of the answer. Count.'),
  before: Seq.optional().describe('Number of the oldest that is known already: older ones are given.'),
  kind: z.enum(DECISION_KINDS).optional().describe('Only those of this kind.'),
})

/** An end that is null has no bound: JSON has no infinity. */
const IntervalInfo = z.strictObject({ low: z.number().nullable(), high: z.number().nullable(), level: z.number() })

const ReasonInfo = z.strictObject({
  by: z.string().describe('The trigger, gate, rule or person that speaks.'),
  text: z.string(),
  value: z.number().nullish(),
  limit: z.number().nullish(),
  rows: z.number().nullish().describe('What it rests on. Rows.'),
})

const AnyEvidence = z
  .looseObject({
    kind: z.enum(['distance', 'p-value', 'estimate', 'insufficient']),
    detector: z.string(),
    subject: z.string(),
    rows: z.number().describe('What it rests on. Rows.'),
  })
  .openapi('Evidence')

/** What a detector saw. Which other fields there are depends on `kind` (base/evidence.ts). */
export const EvidenceInfo = AnyEvidence as unknown as z.ZodType<Evidence>

const VerdictInfo = z.strictObject({
  gate: z.string(),
  outcome: z.enum(OUTCOMES),
  observed: z.number().nullable(),
  limit: z.number().nullable(),
  interval: IntervalInfo.nullable(),
  rows: z.number(),
  because: z.string(),
  needs: z.string().optional(),
})

/** A decision as it was written down; it never changes. */
export const DecisionInfo = z
  .strictObject({
    model: ModelName,
    seq: z.int().min(1),
    kind: z.enum(DECISION_KINDS),
    at: Instant.describe('Machine time at which it was written. Milliseconds since 1970 UTC.'),
    observation: z.int().min(1).describe('Number of what the loop was told.'),
    policy: z.int().min(1).describe('Number of the configuration that ruled.'),
    now: Instant.nullable().describe('Event time up to which the stream was known. Milliseconds since 1970 UTC.'),
    window: z.int().describe('Newest window whose labels were known.'),
    aboutWindow: z.int().nullable(),
    live: z.int().min(1).describe('The version that was live when it was decided.'),
    version: z.int().min(1).nullable().describe('The version that it is about, where that is another one.'),
    because: z.array(ReasonInfo).readonly(),
    evidence: z.array(EvidenceInfo).readonly(),
    verdicts: z.array(VerdictInfo).readonly(),
  })
  .openapi('Decision')
export type DecisionInfo = z.output<typeof DecisionInfo>

export const DecisionList = z
  .strictObject({
    decisions: z.array(DecisionInfo),
    next: z.int().nullable().describe('Give it as `before` for older ones; null: there are none.'),
    proposal: z.int().nullable().describe('The decision that waits for an answer of a person; null: none does.'),
  })
  .openapi('Decisions')
export type DecisionList = z.output<typeof DecisionList>

/** Why, what was ruled out, and what would have changed it (docs/decisions.md). */
export const ExplanationInfo = z
  .strictObject({
    model: ModelName,
    seq: z.int().min(1),
    kind: z.enum(DECISION_KINDS),
    headline: z.string(),
    now: Instant.nullable(),
    window: z.int(),
    aboutWindow: z.int().nullable(),
    live: z.int().min(1),
    version: z.int().min(1).nullable(),
    why: z
      .array(
        z.strictObject({
          by: z.string(),
          text: z.string(),
          value: z.number().nullable(),
          limit: z.number().nullable(),
          unit: z.string().nullable(),
          rows: z.number().nullable(),
        }),
      )
      .readonly(),
    evidence: z
      .array(
        z.strictObject({
          detector: z.string(),
          what: z.string(),
          subject: z.string(),
          value: z.number().nullable(),
          unit: z.string().nullable(),
          limit: z.number().nullable(),
          interval: IntervalInfo.nullable(),
          rows: z.number(),
          verdict: z.enum(['alarmed', 'measured', 'insufficient', 'quiet']),
          because: z.string().nullable(),
          decision: z.int().nullable().describe('The decision that it was written down with; null: this one.'),
        }),
      )
      .readonly(),
    gates: z.array(VerdictInfo.extend({ needs: z.string().nullable() })).readonly(),
    ruledOut: z
      .array(z.strictObject({ what: z.string(), because: z.string(), rows: z.number().nullable() }))
      .readonly(),
    wouldChange: z
      .array(
        z.strictObject({
          sentence: z.string(),
          value: z.number().nullable(),
          limit: z.number().nullable(),
          rows: z.number().nullable(),
        }),
      )
      .readonly(),
    restsOn: z.strictObject({
      observation: z.int(),
      policy: z.int(),
      windows: z.array(z.int()).readonly(),
      versions: z.array(z.int()).readonly(),
      run: z.int().nullable(),
      decisions: z.array(z.int()).readonly(),
    }),
  })
  .openapi('Explanation')
export type ExplanationInfo = z.output<typeof ExplanationInfo>

const Because = z.string().trim().min(1).max(1000).describe('Why, in plain words; it is recorded.')

/** A person's word. */
export const WordBody = z.strictObject({ because: Because }).openapi('Word')

/** A person's answer to what was proposed. */
export const AnswerBody = z
  .strictObject({
    because: Because,
    decision: z.int().min(1).optional().describe('Only if this is the decision that waits for an answer.'),
  })
  .openapi('Answer')

export const CommandPath = z.strictObject({
  command: wholeText(1, Number.MAX_SAFE_INTEGER)
    .openapi({ param: { name: 'command', in: 'path' } })
    .describe('Number of a word that was given.'),
})

export const CommandInfo = z
  .strictObject({
    command: z.int().min(1),
    model: ModelName,
    word: z.string().describe('approve, reject, close-breaker, retrain, promote or roll-back.'),
    actor: z.string(),
    givenAt: Instant,
    answer: z.string().nullable().describe('What came of it; null: the loop has not heard it yet.'),
    decisions: z.array(z.int()).readonly().describe('Decisions that it led to.'),
  })
  .openapi('Command')
export type CommandInfo = z.output<typeof CommandInfo>

/** A recorded life, decided again. */
export const ReplayInfo = z
  .strictObject({
    model: ModelName,
    observations: z.int().min(0).describe('All that the loop was told. Count.'),
    decisions: z.int().min(0).describe('Decisions that were compared. Count.'),
    isSame: z.boolean(),
    differing: z.int().min(0).describe('Observations after which something else is decided. Count.'),
    first: z
      .strictObject({
        observation: z.int().describe('Number of what the loop was told; after the last: the state that it is in.'),
        seq: z.int().nullable(),
        what: z.string(),
        recorded: z.unknown(),
        decided: z.unknown(),
      })
      .nullable(),
  })
  .openapi('Replay')
export type ReplayInfo = z.output<typeof ReplayInfo>
