import type { TrainingPlan } from '../base/training.ts'
import { standardDeviation } from '../data/label-scale.ts'
import { joined } from '../data/labels.ts'
import type { ModelSchema } from '../data/model-schema.ts'
import { profileRows } from '../data/profile.ts'
import { learnLayout } from '../data/profile-layout.ts'
import { stackedFrames } from '../data/stacked-frames.ts'
import type { WindowRows } from '../data/window-rows.ts'
import { beginLife } from './begin.ts'
import { nextDue } from './due.ts'
import { type FirstVersion, type GatheringModel, plainTurn } from './gathering.ts'
import type { EndedRun, LivePorts } from './ports.ts'
import type { ModelShape } from './shape.ts'
import type { Turn, WindowNews } from './turn.ts'

/**
 * One step before there is a loop: windows pile up until a version answers. That is one which was adopted, once enough
 * windows are label-complete to hold it against, or one trained on them: by itself where the mode lets trainings start
 * alone, else when a person asks for it.
 */
export async function gather(ports: LivePorts, at: GatheringModel): Promise<Turn | null> {
  const ended = await ports.endedRun(at.model)
  if (ended !== null && ended.result.kind !== 'trained') return { ...plainTurn(at), heard: { run: ended.run } }
  const first = await firstVersion(ports, at, ended)
  if (first !== null) return settle(ports, at, first)
  const asked = await askedFor(ports, at)
  if (asked !== null) return asked
  return takeIn(ports, at)
}

async function firstVersion(
  ports: LivePorts,
  { model, settings, life }: GatheringModel,
  ended: EndedRun | null,
): Promise<FirstVersion | null> {
  if (ended?.result.kind === 'trained') {
    const version = await ports.version(model, ended.result.model)
    return { version, ended, windows: (version.windows.at(-1) ?? settings.warmupWindows - 1) + 1 }
  }
  const version = await ports.adopted(model)
  if (version === null || life.cursor.nextMatured < settings.warmupWindows) return null
  return { version, ended: null, windows: settings.warmupWindows }
}

/** Everything that the loop needs beside the version: what rows are counted by, and a summary of each window so far. */
async function settle(ports: LivePorts, at: GatheringModel, first: FirstVersion): Promise<Turn> {
  const { model } = at
  const numbers = Array.from({ length: first.windows }, (_, window) => window)
  const shape = await ports.shape(model)
  if (shape === null) {
    const schema = await ports.schemaOf(model, first.version.number)
    return { ...plainTurn(at), shape: await shapeOf(ports, at, { schema, windows: first.windows }) }
  }
  const windows = await ports.windows(model, numbers)
  const bare = windows.filter(({ profile }) => profile === null)
  if (bare.length === 0) return beginLife(ports, at, { shape, first, windows })
  const news: WindowNews[] = []
  for (const window of bare) {
    const rows = await readMatured(ports, at, { schema: shape.schema, window })
    const { number, start, end } = window
    news.push({ number, start, end, rows: window.rows, profile: profileRows(rows.features, shape.layout) })
  }
  return { ...plainTurn(at), windows: news }
}

async function askedFor(ports: LivePorts, at: GatheringModel): Promise<Turn | null> {
  const { model, settings, life } = at
  const command = await ports.waitingCommand(model)
  const heard = (answer: string): Turn['heard'] => (command === null ? {} : { command: { id: command.id, answer } })
  const { nextMatured } = life.cursor
  if (command !== null && command.body.command !== 'retrain')
    return { ...plainTurn(at), heard: heard('no version answers yet, so there is nothing to decide') }
  const runs = await ports.runsSoFar(model)
  if (command !== null) {
    if (runs.isActive) return { ...plainTurn(at), heard: heard('the first training is under way already') }
    if (nextMatured === 0)
      return { ...plainTurn(at), heard: heard('no window is label-complete yet: there is nothing to learn from') }
    const turn = await firstTraining(ports, at, {
      run: runs.made + 1,
      because: command.body.reason,
      actor: command.body.actor,
    })
    return { ...turn, heard: heard(`the first training has begun, on ${nextMatured} windows`) }
  }
  const isAlone = settings.loop.mode === 'auto' || settings.loop.mode === 'approve'
  if (!isAlone || runs.isActive || nextMatured < settings.warmupWindows) return null
  if ((await ports.adopted(model)) !== null) return null
  // One that failed is tried again with what came since, not again and again with the same.
  if (runs.lastToWindow !== null && runs.lastToWindow >= nextMatured - 1) return null
  return firstTraining(ports, at, {
    run: runs.made + 1,
    because: 'enough windows are label-complete',
    actor: 'keepfit',
  })
}

async function firstTraining(
  ports: LivePorts,
  at: GatheringModel,
  { run, because, actor }: { readonly run: number; readonly because: string; readonly actor: string },
): Promise<Turn> {
  const { model, settings, life } = at
  const windows = life.cursor.nextMatured
  const known = await ports.shape(model)
  const plan: TrainingPlan = {
    data: { strategy: 'full' },
    toWindow: windows - 1,
    // A model that learned nothing shows on rows that it did not see; the loop begins with them.
    holdOutWindows: windows > 1 ? 1 : 0,
    changeWindow: null,
    exclude: [],
  }
  const turn: Turn = { ...plainTurn(at), firstRun: { run, plan, because, actor } }
  if (known !== null) return turn
  const all = await ports.windows(
    model,
    Array.from({ length: windows }, (_, window) => window),
  )
  const [oldest, newest] = [all[0], all.at(-1)]
  if (oldest === undefined || newest === undefined) return turn
  const schema = await ports.learnSchema(model, { start: oldest.start, end: newest.end }, settings.schema)
  return { ...turn, shape: await shapeOf(ports, at, { schema, windows }) }
}

/** The layout and the unit of loss, as the first windows give them. */
async function shapeOf(
  ports: LivePorts,
  at: GatheringModel,
  { schema, windows }: { readonly schema: ModelSchema; readonly windows: number },
): Promise<ModelShape> {
  const numbers = Array.from({ length: windows }, (_, window) => window)
  const parts: WindowRows[] = []
  for (const window of await ports.windows(at.model, numbers))
    parts.push(await readMatured(ports, at, { schema, window }))
  const labels = joined(
    parts.map((part) => part.labels),
    Float64Array,
  )
  return {
    schema,
    layout: learnLayout(
      stackedFrames(
        parts.map((part) => part.features),
        schema.features,
      ),
    ),
    scale: schema.task.kind === 'regression' ? standardDeviation(labels) : 1,
  }
}

function readMatured(
  ports: LivePorts,
  { model, settings }: GatheringModel,
  {
    schema,
    window,
  }: { readonly schema: ModelSchema; readonly window: { start: number; end: number; maturedSeq: number | null } },
): Promise<WindowRows> {
  const { start, end, maturedSeq } = window
  const labels =
    maturedSeq === null ? 'none' : ({ upToSeq: maturedSeq, absentAs: settings.labels.absentMeans } as const)
  return ports.rows(model, { start, end, schema, labels })
}

/** Cuts the next window, or counts the labels of one that has matured. */
async function takeIn(ports: LivePorts, at: GatheringModel): Promise<Turn | null> {
  const { model, settings, life, now } = at
  const { cursor } = life
  const due = await nextDue(ports, model, { cursor, settings, now })
  if (due === null) return null
  const { rows, labelled } = await ports.counts(model, due.span)
  const news = { ...due.span, number: due.window, rows }
  if (due.kind === 'closes') {
    return {
      ...plainTurn(at),
      cursor: { ...cursor, nextWindow: due.window + 1, closedTo: due.span.end },
      windows: [news],
    }
  }
  const matured = { seq: due.upToSeq, labelledRows: labelled, performance: null }
  return { ...plainTurn(at), cursor: { ...cursor, nextMatured: due.window + 1 }, windows: [{ ...news, matured }] }
}
