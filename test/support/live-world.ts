import type { ModelRef } from '../../src/backtest/ports.ts'
import { windowLabels } from '../../src/backtest/stream.ts'
import type { TrainingOutcome, TrainingPlan } from '../../src/base/training.ts'
import { takeRows } from '../../src/data/frame.ts'
import type { WindowRows } from '../../src/data/window-rows.ts'
import { advance, type Shelf } from '../../src/live/advance.ts'
import type { AtHand } from '../../src/live/at-hand.ts'
import type { EndedRun, KnownVersion, LivePorts, WaitingCommand } from '../../src/live/ports.ts'
import type { ModelShape } from '../../src/live/shape.ts'
import type { SavedLife, Turn } from '../../src/live/turn.ts'
import { readSerialised, serialised } from '../../src/store/loop/serialised.ts'
import { type ConceptWorld, conceptWorld } from './concept-world.ts'
import { DAY, type KeptWindow, type LiveWish, type LiveWorld, settingsOf, T0 } from './live-wish.ts'

const MODEL = 'churn'

interface Row {
  readonly window: number
  readonly index: number
  readonly time: number
  readonly seq: number
  labelSeq: number | null
}

export function liveWorld(wish: LiveWish): LiveWorld {
  const concept = conceptWorld(wish)
  const { rows: perWindow = 300, warmupWindows = 4 } = wish
  const rows = new Map<number, Row[]>()
  const kept = new Map<number, KeptWindow>()
  const versions: { readonly known: KnownVersion; readonly model: ModelRef }[] = []
  const turns: Turn[] = []
  const plans: TrainingPlan[] = []
  const served: { version: number; reason: string }[] = []
  const ended: EndedRun[] = []
  const commands: WaitingCommand[] = []
  const answers = new Map<number, string>()
  const hands = new Map<string, AtHand>()
  const shelf: Shelf = {
    get: (model) => hands.get(model),
    set: (model, hand) => void hands.set(model, hand),
    forget: (model) => void hands.delete(model),
  }
  let settings = settingsOf(wish, warmupWindows)
  let saved: { revision: number; cursor: Turn['cursor']; state: string | null; watch: Buffer | null } = {
    revision: 1,
    cursor: { nextWindow: 0, nextMatured: 0, nextObservation: 1, closedTo: null },
    state: null,
    watch: null,
  }
  let shape: ModelShape | null = null
  let seq = 0
  let newestTime: number | null = null
  let receivedAt: number | null = null
  let active: { run: number; plan: TrainingPlan } | null = null
  let made = 0

  if (wish.adopted !== undefined) {
    const windows = wish.adopted === 'without' ? [] : concept.initial.windows
    const known = { number: 1, windows, rows: null, cutOffAt: null, origin: 'adopted' as const, isCollected: false }
    versions.push({ known, model: concept.initial })
  }

  const isCollected = (version: number) =>
    version !== served.at(-1)?.version && wish.collected?.includes(version) === true
  const all = () => [...rows.values()].flat()
  const within = (start: number, end: number) =>
    all()
      .filter(({ time }) => time >= start && time < end)
      .sort((a, b) => a.time - b.time)
  const counts = ({ start, end }: { start: number; end: number }) => {
    const found = within(start, end)
    return { rows: found.length, labelled: found.filter(({ labelSeq }) => labelSeq !== null).length }
  }
  const received = (time: number): number => {
    newestTime = Math.max(newestTime ?? time, time)
    receivedAt = world.clock
    return ++seq
  }

  function windowRows({ start, end, labels }: Parameters<LivePorts['rows']>[1]): WindowRows {
    const found = within(start, end)
    const at = found.map(({ window, index }) => window * perWindow + index)
    const codeOf = (row: Row): number => {
      if (labels === 'none') return Number.NaN
      if (row.labelSeq !== null && row.labelSeq <= labels.upToSeq)
        return windowLabels(concept.stream, row.window)[row.index] as number
      return labels.absentAs === null ? Number.NaN : Number(labels.absentAs === 'yes')
    }
    return {
      ids: found.map(({ window, index }) => `${window}-${index}`),
      times: Float64Array.from(found, ({ time }) => time),
      features: takeRows(concept.stream.features, at),
      labels: Float64Array.from(found, codeOf),
      recorded: null,
      versions: new Int32Array(found.length),
      newestSeq: Math.max(0, ...found.map((row) => row.seq)),
      strange: 0,
    }
  }

  async function train(run: number, plan: TrainingPlan, champion: number | null): Promise<EndedRun> {
    const given = wish.training?.(plan) ?? null
    if (given !== null) return { run, result: given, learned: null }
    const model = versions[(champion ?? 1) - 1]?.model ?? concept.initial
    const result = champion === null ? await firstTraining(plan) : await concept.ports.train(plan, model)
    if (result.kind !== 'trained') return { run, result, learned: null }
    const windows = result.model.windows
    const counted = windows.reduce((sum, window) => sum + windowLabels(concept.stream, window).length, 0)
    const number = versions.length + 1
    const known = { number, windows, rows: counted, cutOffAt: null, origin: 'trained' as const, isCollected: false }
    versions.push({ known, model: result.model })
    const learned = { rows: counted, toWindow: result.model.trainedTo, cutOffAt: null }
    return { run, result: { ...result, model: number }, learned }
  }

  /** Nothing is there to be judged against: the warm-up's model is what a first training gives. */
  async function firstTraining(_plan: TrainingPlan): Promise<TrainingOutcome<ModelRef>> {
    return { kind: 'trained', model: concept.initial, verdicts: [], notes: [] }
  }

  async function start(run: number, plan: TrainingPlan, champion: number | null): Promise<void> {
    plans.push(plan)
    made = Math.max(made, run)
    if (world.isTraining) active = { run, plan }
    else ended.push(await train(run, plan, champion))
  }

  async function commit(turn: Turn): Promise<boolean> {
    if (world.lose > 0) {
      world.lose--
      return false
    }
    if (turn.revision !== saved.revision) return false
    turns.push(turn)
    saved = {
      revision: turn.revision + 1,
      cursor: turn.cursor,
      state: turn.life === null ? null : JSON.stringify(turn.life.state),
      watch: turn.life === null ? null : serialised(turn.life.watch),
    }
    shape = turn.shape ?? shape
    for (const { matured, ...news } of turn.windows) {
      const before = kept.get(news.number)
      kept.set(news.number, {
        ...news,
        profile: news.profile ?? before?.profile ?? null,
        maturedSeq: matured?.seq ?? before?.maturedSeq ?? null,
        labelledRows: matured?.labelledRows ?? before?.labelledRows ?? null,
        performance: matured?.performance ?? before?.performance ?? null,
      })
    }
    if (turn.heard.run !== undefined) ended.shift()
    if (turn.heard.command !== undefined) {
      commands.shift()
      answers.set(turn.heard.command.id, turn.heard.command.answer)
    }
    if (turn.first !== undefined) served.push({ version: turn.first.version, reason: 'first' })
    if (turn.firstRun !== undefined) await start(turn.firstRun.run, turn.firstRun.plan, null)
    for (const effect of turn.effects) {
      if (effect.kind === 'serve') served.push({ version: effect.version, reason: effect.reason })
      if (effect.kind === 'start-run') await start(effect.run, effect.plan, turn.life?.state.live.version ?? null)
    }
    return true
  }

  function life(): SavedLife {
    const { revision, cursor, state, watch } = saved
    if (state === null || watch === null) return { phase: 'gathering', revision, cursor }
    return { phase: 'living', revision, cursor, state: JSON.parse(state), watch: readSerialised(watch, 'the watch') }
  }

  const ports: LivePorts = {
    settings: async () => settings,
    life: async () => life(),
    stream: async () => ({
      firstTime: all().length === 0 ? null : Math.min(...all().map(({ time }) => time)),
      newestTime,
      lastReceivedAt: receivedAt,
      newestSeq: seq,
    }),
    nextPrediction: async (_model, from, nth = 1) => within(from, Number.POSITIVE_INFINITY)[nth - 1]?.time ?? null,
    counts: async (_model, span) => counts(span),
    recentCounts: async (_model, span) => counts(span),
    rows: async (_model, wanted) => windowRows(wanted),
    learnSchema: async () => ({ task: concept.stream.task, features: schemaOf(concept) }),
    schemaOf: async () => ({ task: concept.stream.task, features: schemaOf(concept) }),
    runsSoFar: async () => ({ isActive: active !== null, made, lastToWindow: plans.at(-1)?.toWindow ?? null }),
    shape: async () => shape,
    windows: async (_model, numbers) => [...numbers].sort((a, b) => a - b).flatMap((number) => kept.get(number) ?? []),
    version: async (_model, number) => {
      const { known } = versions[number - 1] as { known: KnownVersion }
      return { ...known, isCollected: isCollected(number) }
    },
    async scores(_model, version, asked) {
      if (isCollected(version)) throw new Error(`the artifact of version ${version} was collected`)
      const window = Math.floor(((asked.times[0] ?? T0) - T0) / DAY)
      const scores = concept.ports.scores((versions[version - 1] as { model: ModelRef }).model, window)
      return Float32Array.from(asked.ids, (id) => scores[Number(id.split('-')[1])] as number)
    },
    adopted: async () => (wish.adopted === undefined ? null : (versions[0]?.known ?? null)),
    endedRun: async () => ended[0] ?? null,
    waitingCommand: async () => commands[0] ?? null,
    commit,
  }

  const world: LiveWorld = {
    ports,
    concept,
    turns,
    get observations() {
      return turns.flatMap(({ observation }) =>
        observation === null || observation.kind === 'began' ? [] : [observation],
      )
    },
    get decisions() {
      return turns.flatMap(({ decisions }) => decisions)
    },
    windows: kept,
    served,
    answers,
    plans,
    clock: T0 + 1000 * DAY,
    lose: 0,
    isTraining: false,
    life,
    predict(...windows) {
      for (const window of windows)
        for (let index = 0; index < perWindow; index++) {
          const time = T0 + window * DAY + Math.floor((index * DAY) / perWindow)
          const row = { window, index, time, seq: received(time), labelSeq: null }
          rows.set(window, [...(rows.get(window) ?? []), row])
        }
    },
    label(window, share = 1) {
      for (const row of (rows.get(window) ?? []).slice(0, Math.round(share * perWindow)))
        row.labelSeq ??= received(row.time)
    },
    give(body) {
      const id = commands.length + answers.size + 1
      commands.push({ id, body })
      return id
    },
    apply(change, loop = {}) {
      settings = { ...settings, ...change, policy: settings.policy + 1, loop: { ...settings.loop, ...loop } }
    },
    async settle(steps = 5000) {
      for (let step = 0; step < steps; step++) {
        if (!world.isTraining && active !== null) {
          const { run, plan } = active
          active = null
          const now = life()
          ended.push(await train(run, plan, now.phase === 'living' ? now.state.live.version : null))
        }
        if (!(await advance(ports, shelf, MODEL, world.clock))) return step
      }
      return steps
    },
    restart: () => hands.clear(),
  }
  return world
}

function schemaOf(concept: ConceptWorld) {
  return concept.stream.features.columns.map(({ name, kind }) => ({ name, kind }))
}
