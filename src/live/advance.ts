import { assert } from '../base/assert.ts'
import type { Instant } from '../base/clock.ts'
import type { Observation } from '../loop/observation.ts'
import { step } from '../loop/step.ts'
import { type AtHand, atHand } from './at-hand.ts'
import { answerOf, refusalOf } from './commands.ts'
import { nextDue } from './due.ts'
import { gather } from './gather.ts'
import { comparisonsFor, labelsMatured, type Seen, windowClosed } from './observe.ts'
import type { LivePorts, WaitingCommand } from './ports.ts'
import { watchAfter, watchNow } from './rewatch.ts'
import type { LiveSettings } from './settings.ts'
import type { Cursor, SavedLife, SavedWatch, Turn } from './turn.ts'

/** What was read of many models, so that the next step need not read it again. */
export interface Shelf {
  get(model: string): AtHand | undefined
  set(model: string, hand: AtHand): void
  forget(model: string): void
}

type Living = Extract<SavedLife, { phase: 'living' }>

/** Something to tell the loop, with what else the turn must write. */
interface News extends Seen {
  readonly cursor: Cursor
  readonly heard: Turn['heard']
}

/**
 * Takes one model one step on: tells its loop the next thing that happened, and writes down what came of it, whole.
 *
 * @param now machine time, ms
 * @returns whether there was anything to do; true also where somebody else was quicker
 */
export async function advance(ports: LivePorts, shelf: Shelf, model: string, now: Instant): Promise<boolean> {
  const [settings, life] = await Promise.all([ports.settings(model), ports.life(model)])
  const turn =
    life.phase === 'gathering'
      ? await gather(ports, { model, settings, life, now })
      : await live(await handOf(ports, shelf, { model, settings, life }), life, now)
  if (turn === null) return false
  // Who lost the race has kept windows as they never became.
  if (!(await ports.commit(turn))) shelf.forget(model)
  return true
}

async function handOf(
  ports: LivePorts,
  shelf: Shelf,
  { model, settings, life }: { readonly model: string; readonly settings: LiveSettings; readonly life: Living },
): Promise<AtHand> {
  const known = shelf.get(model)
  if (known?.settings.policy === settings.policy && !known.isWorn()) {
    known.sees(life.cursor.nextWindow)
    return known
  }
  const shape = await ports.shape(model)
  assert(shape !== null, `nobody knows how the rows of '${model}' are read, though it lives`)
  const hand = atHand(ports, model, { settings, shape })
  hand.sees(life.cursor.nextWindow)
  shelf.set(model, hand)
  return hand
}

async function live(hand: AtHand, life: Living, now: Instant): Promise<Turn | null> {
  const command = life.state.pending === null ? await hand.ports.waitingCommand(hand.model) : null
  const refusal = command === null ? null : refusalOf(life.state, command.body)
  if (command !== null && refusal !== null) return refused(hand, life, now, { id: command.id, answer: refusal })
  const watch = await watchNow(hand, life)
  const news = await nextNews(hand, life, { watch, command, now })
  if (news === null) return null
  // What is decided must be decided again from the record: the loop hears just what the record will hold.
  const observation = asRecorded(news.observation)
  const { state, effects, decisions } = step(life.state, observation, hand.settings.loop)
  const afterwards: SavedWatch = {
    policy: hand.settings.policy,
    state: await watchAfter(hand, { state, effects, watch: news.watch }),
  }
  return {
    model: hand.model,
    revision: life.revision,
    now,
    policy: hand.settings.policy,
    cursor: { ...news.cursor, nextObservation: life.cursor.nextObservation + 1 },
    life: { state, watch: afterwards },
    windows: news.windows,
    observation,
    decisions,
    effects,
    heard:
      command !== null && news.heard.command !== undefined
        ? { command: { id: command.id, answer: answerOf(decisions) } }
        : news.heard,
  }
}

/** A person's word that changes nothing: answered, and the life goes on as it was. */
function refused(hand: AtHand, life: Living, now: Instant, command: { id: number; answer: string }): Turn {
  const { policy } = hand.settings
  return {
    model: hand.model,
    revision: life.revision,
    now,
    policy,
    cursor: life.cursor,
    life: { state: life.state, watch: life.watch },
    windows: [],
    observation: null,
    decisions: [],
    effects: [],
    heard: { command },
  }
}

/** An observation as it comes back from the record. */
export function asRecorded(observation: Observation): Observation {
  return JSON.parse(JSON.stringify(observation)) as Observation
}

/** In this order: what a decision waits for, a run that ended, a person's word, the stream. */
async function nextNews(
  hand: AtHand,
  life: Living,
  {
    watch,
    command,
    now,
  }: { readonly watch: SavedWatch['state']; readonly command: WaitingCommand | null; readonly now: Instant },
): Promise<News | null> {
  const { ports, model } = hand
  const { state, cursor } = life
  const quiet = { watch, windows: [], cursor, heard: {} }
  if (state.pending !== null) return { ...quiet, observation: await comparisonsFor(hand, state, state.pending) }

  const ended = await ports.endedRun(model)
  if (ended !== null) {
    const { run, result, learned } = ended
    const observation = { kind: 'run-ended', run, result, ...(learned === null ? {} : { learned }) } as const
    return { ...quiet, observation, heard: { run } }
  }
  if (command !== null) {
    return { ...quiet, observation: command.body, heard: { command: { id: command.id, answer: '' } } }
  }
  const due = await nextDue(ports, model, { cursor, settings: hand.settings, now })
  if (due === null) return null
  if (due.kind === 'closes') {
    const seen = await windowClosed(hand, { state, watch }, due.window, due.span)
    const closedTo = due.isNew ? due.span.end : cursor.closedTo
    return { ...seen, cursor: { ...cursor, nextWindow: due.window + 1, closedTo }, heard: {} }
  }
  const seen = await labelsMatured(hand, { state, watch }, due.window, due)
  return { ...seen, cursor: { ...cursor, nextMatured: due.window + 1 }, heard: {} }
}
