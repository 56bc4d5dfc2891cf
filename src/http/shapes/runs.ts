import { z } from '@hono/zod-openapi'
import { OUTCOMES } from '../../base/verdict.ts'
import { Instant, ModelName, wholeText } from './names.ts'

export const RUN_STATES = ['queued', 'running', 'trained', 'blocked', 'failed', 'cancelled'] as const

const MOST_RUNS = 2_147_483_647
const RunNumber = wholeText(1, MOST_RUNS)

/** The path `/models/{model}/runs/{run}`. */
export const RunPath = z.strictObject({
  model: ModelName.openapi({ param: { name: 'model', in: 'path' } }),
  run: RunNumber.openapi({ param: { name: 'run', in: 'path' } }).describe('Number of the run, from 1. Count.'),
})

/** Newest first. `?limit=50&before=17`. */
export const RunPage = z.strictObject({
  limit: wholeText(1, 1000).default(50).describe('Most runs of the answer. Count.'),
  before: RunNumber.optional().describe('Number of the oldest run that is known already: older ones are given. Count.'),
})

/** A run of any model, in a query: `churn/17`. */
const RunName = z
  .string()
  .regex(/^[^/]{1,64}\/\d{1,10}$/, "must be a model and the number of its run, like 'churn/17'")
  .transform((text) => {
    const [model, number] = text.split('/')
    return { model, number: Number(number) }
  })
  .pipe(z.strictObject({ model: ModelName, number: z.int().min(1).max(MOST_RUNS) }))
  .openapi({ type: 'string', example: 'churn/17' })

/** Newest first, over all models. `?limit=50&before=churn/17`. */
export const NewestRuns = z.strictObject({
  limit: wholeText(1, 1000).default(50).describe('Most runs of the answer. Count.'),
  before: RunName.optional().describe(
    'Model and number of the last run that is known already, as model/number: those that follow it are given.',
  ),
})

/** A run on one line. */
export const Run = z
  .strictObject({
    model: ModelName,
    number: z.int().min(1),
    state: z.enum(RUN_STATES).describe('queued and running are active; the others have ended.'),
    because: z.string(),
    actor: z.string(),
    champion: z.int().min(1).nullable().describe('The version it is judged against; null: the first training.'),
    version: z.int().min(1).nullable().describe('The version that it registered.'),
    step: z.string().nullable().describe('The newest step that began.'),
    progress: z.number().min(0).max(1).nullable().describe('Part done of that step. Share.'),
    summary: z.string().nullable().describe('How it ended, in a sentence.'),
    cancelRequestedAt: Instant.nullable(),
    queuedAt: Instant,
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    deadlineAt: Instant,
  })
  .openapi('Run')
export type Run = z.output<typeof Run>

export const RunList = z.strictObject({ runs: z.array(Run) }).openapi('RunList')
export type RunList = z.output<typeof RunList>

const Interval = z.strictObject({ low: z.number(), high: z.number() })

/** What a gate said: observed, limit, interval, rows. */
export const RunVerdict = z.looseObject({
  gate: z.string(),
  outcome: z.enum(OUTCOMES),
  observed: z.number().nullable(),
  limit: z.number().nullable(),
  interval: Interval.loose().nullable(),
  rows: z.int().min(0),
  because: z.string(),
  needs: z.string().optional(),
})

/** A step as one attempt did it. */
export const RunStepDone = z.strictObject({
  step: z.string(),
  epoch: z.int().min(0).describe('Number of the attempt: a process may die, and another goes on. Count.'),
  startedAt: Instant,
  endedAt: Instant.nullable().describe('Null: it is under way, or its attempt ended before it.'),
  result: z.string().nullable().describe('What came of it, in a sentence.'),
})

/** A run with all that is known of it. */
export const RunDetail = z
  .strictObject({
    run: Run,
    epoch: z.int().min(0),
    owner: z.string().nullable().describe('Id of the process that works on it, or last did.'),
    policy: z.int().min(1),
    plan: z.looseObject({}).describe('Which windows it learns from and is judged on.'),
    steps: z.array(RunStepDone).describe('In the order in which they began.'),
    verdicts: z.array(RunVerdict),
    notes: z.array(z.string()),
    learned: z.looseObject({ rows: z.int().nullable(), toWindow: z.int() }).nullable(),
    snapshot: z
      .strictObject({ md5: z.string(), path: z.string() })
      .nullable()
      .describe("Content hash as DVC's, and path below the data folder; known once a version is registered."),
    peakRssBytes: z.int().nullable().describe('Most resident memory of the trainer. Bytes.'),
    cpuMs: z.int().nullable().describe('Processor time of the trainer. Milliseconds.'),
  })
  .openapi('RunDetail')
export type RunDetail = z.output<typeof RunDetail>

/** One line of a run's log. */
export const RunLogLine = z.strictObject({
  id: z.int(),
  at: Instant,
  stream: z.enum(['keepfit', 'out', 'err']).describe('keepfit: the pipeline; out, err: the trainer.'),
  line: z.string(),
})
export type RunLogLine = z.output<typeof RunLogLine>

export const RunLog = z
  .strictObject({
    lines: z.array(RunLogLine),
    next: z.int().nullable().describe('Give it as `after` for what follows; null: nothing follows yet.'),
  })
  .openapi('RunLog')
export type RunLog = z.output<typeof RunLog>

export const RunLogQuery = z.strictObject({
  follow: z
    .enum(['true', 'false'])
    .default('true')
    .describe('true: server-sent events until the run has ended; false: what there is, as JSON.'),
  after: wholeText(0, Number.MAX_SAFE_INTEGER).default(0).describe('Id of the last known line.'),
  limit: wholeText(1, 10_000).default(1000).describe('Most lines of a JSON answer. Count.'),
})

export const RunRequest = z
  .strictObject({
    because: z.string().min(1).max(1000).describe('Why, for whoever reads the history.'),
    despite: z
      .array(z.enum(['budget', 'breaker']))
      .max(2)
      .default([])
      .describe('What shall not stand in its way.'),
  })
  .openapi('RunRequest')

export const RunRequested = z
  .strictObject({
    run: z.int().min(1).nullable().describe('Number of the run; null: none was started.'),
    answer: z.string().describe('What became of the wish, in a sentence.'),
  })
  .openapi('RunRequested')
export type RunRequested = z.output<typeof RunRequested>

export const CancelRequest = z
  .strictObject({ because: z.string().min(1).max(1000).describe('Why, for whoever reads the history.') })
  .openapi('CancelRequest')
