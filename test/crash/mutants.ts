import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { campaign } from './campaign.ts'
import { type Change, copyOfProduct, HASTE } from './copy.ts'
import { faultNamed } from './faults.ts'
import { makeSite } from './site.ts'

/** A mistake that somebody could make, put into a copy of the compiled product. */
interface Mutant {
  readonly name: string
  /** Below `dist`, with what is replaced by what. */
  readonly changes: readonly Change[]
  readonly faults: readonly string[]
  /** Invariants that may see it; one must. */
  readonly seenBy: readonly string[]
  /** Of each model, where the usual one would not show it. */
  readonly budget?: string
}

const DEADLY = [
  'process-and-postmaster',
  'everything',
  'postmaster',
  'everything',
  'process-and-postmaster',
  'everything',
]

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'events are acknowledged before they are written',
    changes: [
      {
        file: 'store/events/appender.js',
        from: 'const { outcomes, newestSeq } = await appendEncoded(database, encoded, clock.now());',
        to: "appendEncoded(database, encoded, clock.now()).catch(() => {}); const outcomes = encoded.map(() => 'accepted'), newestSeq = null;",
      },
    ],
    faults: DEADLY,
    seenBy: ['I3'],
  },
  {
    name: 'commits do not wait for the disk',
    changes: [
      {
        file: 'store/events/append.js',
        from: 'set local synchronous_commit to on',
        to: 'set local synchronous_commit to off',
      },
      {
        file: 'store/postgres/embedded/settings.js',
        from: "synchronous_commit: 'on'",
        to: "synchronous_commit: 'off', wal_writer_delay: '10s'",
      },
    ],
    faults: DEADLY,
    seenBy: ['I3'],
  },
  {
    name: 'the index of ids is gone, and nobody asks for known ones',
    changes: [
      { file: 'store/postgres/migrations/0002-events.js', from: 'key bytea primary key', to: 'key bytea' },
      {
        file: 'store/events/insert-events.js',
        from: 'return new Map(rows.map(({ at, hash }) => [at, hash]));',
        to: 'return new Map();',
      },
    ],
    faults: ['backend'],
    seenBy: ['I3'],
  },
  {
    name: 'nobody is told of a new champion',
    changes: [{ file: 'app/up/turn-effects.js', from: 'await enqueueMessage(trx,', to: 'void (trx,' }],
    faults: ['process'],
    seenBy: ['I12'],
  },
  {
    name: 'a message counts as told before it is sent',
    changes: [
      {
        file: 'store/outbox/deliverer.js',
        from: "const outcome = await attempted(message).catch((error) => ({ kind: 'failed', why: errorText(error) }));",
        to: 'await markDelivered(db, message.row, clock.now()); return;',
      },
    ],
    faults: ['everything', 'process'],
    seenBy: ['I12'],
  },
  {
    name: 'a version answers without a decision on record',
    changes: [
      {
        file: 'store/loop/commit-turn.js',
        from: 'decision: decision?.seq ?? null, actor',
        to: 'decision: null, actor',
      },
    ],
    faults: ['process'],
    seenBy: ['I9'],
  },
  {
    name: 'secrets stay in what a trainer says',
    changes: [
      {
        file: 'trainers/supervised/output-lines.js',
        from: 'redact: (text) => distinct.reduce((rest, form) => rest.replaceAll(form, IN_PLACE), text),',
        to: 'redact: (text) => text,',
      },
    ],
    faults: ['process'],
    seenBy: ['I15'],
  },
  {
    name: 'the budget is not heeded',
    changes: [{ file: 'loop/limits.js', from: 'if (config.budget === null ||', to: 'if (true ||' }],
    faults: ['process'],
    seenBy: ['I14'],
    // Trainings take their time: how many a life of seconds would have is up to the machine, but two it has.
    budget: '{ trainings: 1, perWindows: 1000 }',
  },
  {
    name: 'a window that has matured is not written down',
    changes: [
      {
        file: 'store/loop/commit-turn.js',
        from: 'for (const window of turn.windows)',
        to: 'for (const window of turn.windows.filter(({ matured }) => matured === undefined))',
      },
    ],
    faults: ['process'],
    seenBy: ['cursor'],
  },
]

export interface Hunt {
  readonly mutant: string
  /** What saw it; null: nothing did. */
  readonly caught: string | null
}

/**
 * Lets each mutant live and be killed until an invariant sees it.
 * @param root with `bin`, `dist` and `package.json`
 * @param tell told of each; whether there is to be another one
 */
export async function hunt(
  root: string,
  name: string | null,
  say: (line: string) => void,
  tell: (hunt: Hunt) => boolean,
): Promise<void> {
  for (const mutant of MUTANTS.filter((one) => name === null || one.name.includes(name))) {
    say(`mutant: ${mutant.name}`)
    const folder = copyOfProduct(root, mutant.changes)
    const { budget } = mutant
    const site = await makeSite({
      layout: 'one',
      bin: join(folder, 'bin', 'keepfit'),
      ...(budget === undefined ? {} : { budget }),
    })
    try {
      const { violations } = await campaign(site, {
        seed: 3,
        kills: mutant.faults.length,
        events: 12_000,
        rowsADay: 120,
        promotions: 2,
        endAt: Date.now() + 90_000,
        first: mutant.faults.map(faultNamed),
        restMs: 2500,
        isOverAtFirst: true,
        say: () => {},
      })
      const caught = violations.find((said) => mutant.seenBy.some((id) => said.includes(`: ${id}: `))) ?? null
      say(caught === null ? `NOT CAUGHT; ${violations[0] ?? 'nothing was seen'}` : `caught: ${caught}`)
      if (!tell({ mutant: mutant.name, caught })) return
    } finally {
      await site.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Changes whose words the compiled product does not say any more: such a mutant would be no mutant. */
export function staleChanges(root: string): readonly string[] {
  return [...MUTANTS, { name: 'haste', changes: HASTE }].flatMap(({ name, changes }) =>
    changes
      .filter(({ file, from }) => !readFileSync(join(root, 'dist', file), 'utf8').includes(from))
      .map(({ file, from }) => `${name}: ${file} does not say: ${from}`),
  )
}
