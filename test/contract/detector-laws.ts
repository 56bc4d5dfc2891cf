import { serialize } from 'node:v8'
import { expect } from 'vitest'
import type { Evidence } from '../../src/base/evidence.ts'
import type { TaskKind } from '../../src/data/schema.ts'
import type { AnyDetector } from '../../src/detectors/catalog.ts'
import type { WindowView } from '../../src/detectors/detector.ts'
import { type Configured, configLaws, optionsAtEnds } from './config-laws.ts'
import type { Law } from './law.ts'
import { mostAlarms, numbersIn } from './numbers.ts'
import type { DetectorTrial } from './trials/detector-trial.ts'
import { type Life, type Shift, startLife, trueLoss } from './worlds.ts'

export interface DetectorSubject extends Configured {
  readonly plugin: AnyDetector
  readonly trial: DetectorTrial
}

const NULL_PAIRS = 200
const CHANGED_LIVES = 20
const KINDS: readonly TaskKind[] = ['binary', 'multiclass', 'regression']

function configOf({ plugin, key, least }: DetectorSubject) {
  return plugin.config.parse({ [key]: plugin.id, ...least })
}

/** One that reads features sees a window before any of its labels is known. */
function asItCloses({ plugin }: DetectorSubject, view: WindowView): WindowView {
  return plugin.reads === 'labels' ? view : { ...view, labels: new Float64Array(view.labels.length).fill(Number.NaN) }
}

/** Evidence of every view in turn, and the last state. */
function live(subject: DetectorSubject, life: Life, views: readonly WindowView[]) {
  const config = configOf(subject)
  let state = subject.plugin.start(life.version, config)
  const evidence = views.map((view) => {
    const seen = subject.plugin.measure(state, life.version, asItCloses(subject, view), config)
    const ended = subject.plugin.mature?.(seen.state, life.version, view, config)
    state = (ended ?? seen).state
    return [...seen.evidence, ...(ended?.evidence ?? [])]
  })
  return { evidence, state }
}

/** Evidence on the last window of a life. */
function lastOf(subject: DetectorSubject, kind: TaskKind, seed: number, shift: Shift): readonly Evidence[] {
  const { windows, rows, changeAt } = subject.trial
  const life = startLife(kind, seed)
  const views = Array.from({ length: windows }, (_, w) => life.view(w, rows, w >= changeAt ? shift : 'none'))
  return live(subject, life, views).evidence.at(-1) ?? []
}

export const detectorLaws: readonly Law<DetectorSubject>[] = [
  ...configLaws,
  {
    name: 'three rows are said to be too few',
    check(subject) {
      for (const kind of KINDS) {
        const life = startLife(kind, 3)
        const evidence = live(subject, life, [life.view(0, 3), life.view(1, 3)]).evidence.flat()
        expect(evidence.length).toBeGreaterThan(0)
        for (const e of evidence) {
          expect(e.kind).toBe('insufficient')
          if (e.kind === 'insufficient') expect(e.needRows).toBeGreaterThan(e.rows)
        }
      }
    },
  },
  {
    name: 'rows without a label are not counted as rows with one',
    check(subject) {
      if (subject.plugin.reads === 'features') return
      const life = startLife('binary', 4)
      const unlabelled = { ...life.view(0, 300), labels: new Float64Array(300).fill(Number.NaN) }
      const evidence = live(subject, life, [unlabelled]).evidence.flat()
      expect(evidence.length).toBeGreaterThan(0)
      for (const e of evidence) expect([e.kind, e.rows]).toEqual(['insufficient', 0])
    },
  },
  {
    name: 'evidence is signed, finite, and its interval holds its value',
    check(subject) {
      for (const kind of KINDS) {
        const life = startLife(kind, 5)
        const views = Array.from({ length: 8 }, (_, w) => life.view(w, 300, w >= 5 ? 'concept' : 'none'))
        const evidence = live(subject, life, views).evidence.flat()
        const speaks = evidence.some((e) => e.kind !== 'insufficient')
        expect(speaks || !subject.trial.kinds.includes(kind), `${kind}: it never says anything`).toBe(true)
        for (const e of evidence) {
          expect(e.detector).toBe(subject.plugin.id)
          expect(numbersIn(e).filter((x) => !Number.isFinite(x))).toEqual([])
          if (e.kind === 'distance')
            expect(e.alarm, 'a distance alarms from its threshold on').toBe(e.value >= e.threshold)
          if (e.kind === 'p-value') expect(e.alarm, 'a p-value alarms up to its alpha').toBe(e.pValue <= e.alpha)
          if (e.kind !== 'estimate') continue
          expect(e.interval.low).toBeLessThanOrEqual(e.value)
          expect(e.interval.high).toBeGreaterThanOrEqual(e.value)
        }
      }
    },
  },
  {
    name: 'comes to an end and says finite numbers with each option at either end of what it may be',
    check(subject) {
      for (const kind of subject.trial.kinds) {
        const life = startLife(kind, 10)
        const views = [0, 1, 2, 3].map((w) => life.view(w, 300, w > 2 ? 'concept' : 'none'))
        for (const [setting, least] of optionsAtEnds(subject)) {
          const evidence = live({ ...subject, least }, life, views).evidence.flat()
          expect(evidence.length, setting).toBeGreaterThan(0)
          const odd = evidence.filter((e) => numbersIn(e).some((x) => !Number.isFinite(x)))
          expect(odd, setting).toEqual([])
        }
      }
    },
  },
  {
    name: 'says whether each of its alarms is about one feature',
    check(subject) {
      for (const kind of subject.trial.kinds) {
        const names = startLife(kind, 9).version.reference.columns.map((column) => column.name)
        const subjects = lastOf(subject, kind, 9, 'none').flatMap((e) => ('alarm' in e ? [e.subject] : []))
        const isPerFeature = subjects.length > 0 && subjects.every((name, at) => subjects.indexOf(name) === at)
        const isTold = isPerFeature && subjects.every((name) => names.includes(name))
        expect(subject.plugin.alarmsPerFeature === true, `${kind}: ${subjects.join(', ')}`).toBe(isTold)
      }
    },
  },
  {
    name: 'says the same twice, also from a state that was saved and read back',
    check(subject) {
      for (const kind of KINDS) {
        const life = startLife(kind, 6)
        const views = [0, 1, 2, 3, 4, 5].map((w) => life.view(w, 200, w > 2 ? 'concept' : 'none'))
        const once = live(subject, life, views)
        expect(live(subject, life, views)).toEqual(once)
        const config = configOf(subject)
        const saved = structuredClone(once.state)
        const next = life.view(6, 200, 'concept')
        const fromSaved = subject.plugin.measure(saved, life.version, next, config)
        expect(fromSaved).toEqual(subject.plugin.measure(once.state, life.version, next, config))
      }
    },
  },
  {
    name: 'leaves rows, version, options and the state before as they were',
    check(subject) {
      const life = startLife('binary', 7)
      const config = configOf(subject)
      const first = life.view(0, 200)
      const state = subject.plugin.measure(
        subject.plugin.start(life.version, config),
        life.version,
        first,
        config,
      ).state
      const view = life.view(1, 200, 'concept')
      const before = structuredClone({ version: life.version, view, state, config })
      subject.plugin.measure(state, life.version, view, config)
      expect({ version: life.version, view, state, config }).toEqual(before)
    },
  },
  {
    name: 'keeps a state of bounded size, however long the version lives',
    check(subject) {
      const life = startLife('binary', 8)
      const views = Array.from({ length: 160 }, (_, w) => life.view(w, 60))
      const bytesAfter = (windows: number) => serialize(live(subject, life, views.slice(0, windows)).state).length
      expect(bytesAfter(160)).toBeLessThan(1.2 * bytesAfter(80))
    },
  },
  {
    name: 'is wrong on 200 lives without change no oftener than it claims',
    check(subject) {
      const { kinds, claimed } = subject.trial
      for (const kind of kinds) {
        const truth = trueLoss(kind)
        let wrong = 0
        for (let seed = 0; seed < NULL_PAIRS; seed++) {
          const seen = lastOf(subject, kind, 1000 + seed, 'none')
          expect(seen.length).toBeGreaterThan(0)
          if (subject.trial.isFalseAlarm(seen, truth)) wrong++
        }
        expect(wrong, `${kind}: false alarms of ${NULL_PAIRS}`).toBeLessThanOrEqual(mostAlarms(NULL_PAIRS, claimed))
      }
    },
  },
  {
    name: 'hears a known change in 19 of 20 lives',
    check(subject) {
      const { kinds, shift, changeAt } = subject.trial
      for (const kind of kinds) {
        let heard = 0
        for (let seed = 0; seed < CHANGED_LIVES; seed++) {
          if (subject.trial.hears(lastOf(subject, kind, 5000 + seed, shift), changeAt)) heard++
        }
        expect(heard, `${kind}: heard of ${CHANGED_LIVES}`).toBeGreaterThanOrEqual(CHANGED_LIVES - 1)
      }
    },
  },
]
