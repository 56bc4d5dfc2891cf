import { z } from 'zod'
import { DEFAULT_CONTRACT, RuleConfig } from '../../data/contract/catalog.ts'
import { COLUMN_KINDS } from '../../data/schema.ts'
import { DetectorConfig } from '../../detectors/catalog.ts'
import { GateConfig } from '../../gates/catalog.ts'
import { HookKeys } from '../../integrations/hook-config.ts'
import { BreakerConfig, BudgetConfig, DataStrategyConfig, MODES } from '../../loop/config.ts'
import { trainers } from '../../trainers/catalog.ts'
import { TriggerConfig } from '../../triggers/catalog.ts'
import { Span } from '../../triggers/schedule.ts'

const Column = z.string().min(1).max(1000)
const Columns = z.array(Column).min(1).max(10_000)

const LabelSettings = z
  .strictObject({
    column: Column.describe('Column with the outcome that is predicted.'),
    positive: z
      .union([z.string().max(1000), z.number().min(-1e300).max(1e300), z.boolean()])
      .transform(String)
      .optional()
      .describe('Two classes: the label that counts as positive; default: the last in order.'),
    delayWindows: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('The labels of a window are known so many windows after it closed; default 0. Windows.'),
    delay: Span.optional().describe('The same as a span of time such as 3d, rounded up to whole windows.'),
    share: z
      .number()
      .min(0.01)
      .max(1)
      .optional()
      .describe('Live: labels have matured as soon as this part of the rows has one; the delay is the latest. Share.'),
    absentAfter: Span.optional().describe(
      'Live: a row that has no label so long after its window counts as `absentMeans`, such as 60d for churn.',
    ),
    absentMeans: z
      .union([z.string().max(1000), z.number().min(-1e300).max(1e300), z.boolean()])
      .transform(String)
      .optional()
      .describe('Live: the label that a missing one means after `absentAfter`.'),
  })
  .superRefine((label, check) => {
    if (label.delay !== undefined && label.delayWindows !== undefined)
      check.addIssue('takes delay or delayWindows, not both')
    if ((label.absentAfter === undefined) !== (label.absentMeans === undefined))
      check.addIssue('takes absentAfter and absentMeans together, or neither')
  })

const WindowSettings = z
  .strictObject({
    count: z.int().min(6).max(100_000).optional().describe('Cut into this many windows of equal rows. Windows.'),
    every: Span.optional().describe('Cut by time: a new window every so long, such as 1d; needs `time`.'),
    rows: z
      .int()
      .min(10)
      .max(1_000_000)
      .optional()
      .describe('Cut by rows: a new window every so many; those of the same instant stay together. Rows.'),
    lateness: Span.optional().describe(
      'Live: a window closes so long after its end, for events that come late; default: at once when a later event comes.',
    ),
  })
  .superRefine(({ count, every, rows }, check) => {
    const given = [count, every, rows].filter((one) => one !== undefined).length
    if (given !== 1) check.addIssue(`takes exactly one of count, every, rows; got ${given === 0 ? 'none' : given}`)
  })
  .meta({ oneOf: [{ required: ['count'] }, { required: ['every'] }, { required: ['rows'] }] })

const [firstTrainer, ...otherTrainers] = trainers.all.map((trainer) => trainer.config)
/** A trainer's options in a configuration file. */
export const TrainerConfig = z.discriminatedUnion('trainer', [firstTrainer as TrainerSchema, ...otherTrainers])
type TrainerSchema = (typeof trainers.all)[number]['config']
export type TrainerConfig = z.output<TrainerSchema>

const OFF = z.literal('off')

const KnownAt = Column.optional().describe(
  'Column that says when a label became known: one from after the cut-off is none.',
)

const TrainFrom = z
  .union([
    z.strictObject({
      files: Column.describe('CSV, Parquet or JSON Lines files or a glob of them, seen from the folder of this file.'),
      knownAt: KnownAt,
    }),
    z.strictObject({
      query: z
        .string()
        .min(1)
        .max(100_000)
        .describe(
          'A SELECT with {{from}} and {{cutoff}} (or {{fromMs}}, {{cutoffMs}}) where the moments of a run belong.',
        ),
      databaseEnv: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
        .describe('The variable that holds the address of the Postgres to ask.'),
      knownAt: KnownAt,
    }),
  ])
  .describe("Live: trainings read the team's own rows instead of the events; needs `id` and `time`.")

const TrainingLimits = z.strictObject({
  timeLimit: Span.default('1h').describe('A training that takes longer is ended, with all its processes.'),
  memoryLimitMb: z
    .int()
    .min(64)
    .max(1_000_000)
    .optional()
    .describe('The same for one whose processes hold more memory together; default: no limit. Megabytes.'),
})

/** The gates that stand before a promotion unless the file says otherwise. */
const DEFAULT_GATES = (['overlap-audit', 'convergence', 'paired-blocks'] as const).map((gate) =>
  GateConfig.parse({ gate }),
)

const What = {
  task: z
    .enum(['binary', 'multiclass', 'regression'])
    .optional()
    .describe('What is predicted: one of two classes, one of several, a number; default: read from the label.'),
  label: LabelSettings.describe('The outcome, and how late it is known.'),
  time: Column.optional().describe('Column that orders the rows.'),
  id: Column.optional().describe('Column with a stable id of each row; default: its position in the file.'),
  features: Columns.optional().describe('Columns to learn from; default: all but label, time, id and ignored ones.'),
  ignore: Columns.optional().describe('Columns not to learn from.'),
  kinds: z
    .record(Column, z.enum(COLUMN_KINDS))
    .optional()
    .describe('What columns hold, by name, where the file leaves a doubt; default: inferred from the values.'),
  source: Column.optional().describe(
    'Labelled history: a CSV, TSV, Parquet or JSON Lines file or a glob of them, seen from the folder of this file.',
  ),
  windows: WindowSettings.optional().describe(
    'How the stream is cut; default: rows / 500 windows, 30 to 60, each of 100 rows or more.',
  ),
  inferenceService: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,252}(\/[a-z0-9][a-z0-9.-]{0,252})?$/)
    .optional()
    .describe(
      "Live: the KServe InferenceService (`name` or `namespace/name`) whose logger sends this model's predictions; default: the model's name.",
    ),
  warmup: z
    .number()
    .min(0.01)
    .max(0.95)
    .default(0.15)
    .describe('Part of the windows before the first decision, for the first version. Share.'),
  warmupWindows: z
    .int()
    .min(1)
    .max(10_000)
    .default(4)
    .describe(
      'Live: label-complete windows before the first version is trained, or an adopted one is watched. Windows.',
    ),
}

const How = {
  detectors: z
    .array(DetectorConfig)
    .max(20)
    .default([])
    .describe('What is measured beside what the triggers need. A list of detectors.'),
  triggers: z
    .array(TriggerConfig)
    .max(20)
    .default([TriggerConfig.parse({ trigger: 'avoidable-loss' })])
    .describe('What asks for a retraining; any one is enough, none means never. A list of triggers.'),
  data: DataStrategyConfig.default({ strategy: 'rolling' }).describe('Which rows a training learns from.'),
  trainer: TrainerConfig.default(TrainerConfig.parse({ trainer: trainers.ids[0] })).describe('What trains.'),
  trainFrom: TrainFrom.optional(),
  training: TrainingLimits.default(TrainingLimits.parse({})).describe('Live: what one training may take.'),
  trainerRevision: Column.optional().describe(
    'Revision of the code that trains, such as a commit or an image: the trigger trainer-changed sees it change.',
  ),
  contract: z
    .union([OFF, z.array(RuleConfig).min(1).max(20)])
    .default([...DEFAULT_CONTRACT])
    .describe('What rows must keep to before a training may read them: `off`, or a list of rules.'),
  gates: z
    .array(GateConfig)
    .max(20)
    .default(DEFAULT_GATES)
    .describe('What a challenger must pass on held-out windows. A list of gates.'),
}

const When = {
  mode: z
    .enum(MODES)
    .default('advise')
    .describe(
      'observe: touch nothing; advise: propose each step; approve: a person approves what goes live; auto: do it all.',
    ),
  cost: z
    .number()
    .min(0)
    .max(1000)
    .default(0.1)
    .describe("Cost of one training, in units of one window's mean loss. Ratio."),
  deploy: z
    .enum(['at-once', 'gated'])
    .default('gated')
    .describe('at-once: a trained version serves from the next window; gated: only when every gate passes.'),
  holdOutWindows: z
    .int()
    .min(0)
    .max(1000)
    .default(2)
    .describe('Newest windows kept out of a gated training and used to judge it. Windows.'),
  probationWindows: z
    .int()
    .min(0)
    .max(1000)
    .default(2)
    .describe(
      'Windows on which the predecessor is still scored after a promotion, to return if it was better. Windows.',
    ),
  reusePool: z.int().min(0).max(100).default(4).describe('Retired versions tried before a training. Count.'),
  keepVersions: z
    .int()
    .min(1)
    .max(100_000)
    .default(50)
    .describe(
      'Live: artifacts of so many of the newest versions are kept, beside all that may be wanted again. Count.',
    ),
  keepEvents: z
    .strictObject({
      age: Span.optional().describe('Sealed events older than this are forgotten, such as 400d; default: never.'),
      gb: z
        .number()
        .min(0.001)
        .max(1_000_000)
        .optional()
        .describe('The oldest sealed events beyond this size are forgotten; default: never. Gigabytes.'),
    })
    .optional()
    .describe('Live: how long events are kept; those that a window or a version still needs are always kept.'),
  cooldownWindows: z.int().min(0).max(100_000).default(0).describe('Least time between two trainings. Windows.'),
  cooldown: Span.optional().describe('The same as a span of time such as 12h; both must have passed; needs `time`.'),
  minLabelledRows: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(0)
    .describe('No training starts before so many labelled rows are known, those of the warm-up included. Rows.'),
  budget: BudgetConfig.optional().describe('Most trainings within a span; default: no limit.'),
  breaker: z
    .union([OFF, BreakerConfig])
    .default(BreakerConfig.parse({}))
    .describe('Stops all training when it goes wrong again and again: `off`, or its limits.'),
}

/** The keys of one model, each for itself. */
export const ModelShape = z.strictObject({ ...What, ...How, ...When, ...HookKeys })
export type ModelSettings = z.output<typeof ModelShape>
