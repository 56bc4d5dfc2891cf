import type { z } from 'zod'
import { type AnyDetector, detectors as allDetectors } from '../../detectors/catalog.ts'
import { metrics } from '../../stats/metrics/catalog.ts'
import type { ModelSettings } from './model-keys.ts'
import { everyTrigger, membersOf } from './nested-triggers.ts'

type Path = readonly (string | number)[]
type Complain = (path: Path, message: string) => void

/** What the keys of one model must keep to together. */
export function checkModel(model: ModelSettings, check: z.RefinementCtx): void {
  const complain: Complain = (path, message) => check.addIssue({ code: 'custom', path: [...path], message })
  checkColumns(model, complain)
  checkTime(model, complain)
  checkJudging(model, complain)
  checkMetrics(model, complain)
  checkDetectors(model, complain)
  checkRepeats(model, complain)
}

function checkColumns({ label, task, time, id, features, ignore, trainFrom }: ModelSettings, complain: Complain): void {
  if (label.positive !== undefined && task !== undefined && task !== 'binary')
    complain(['label', 'positive'], `is for binary tasks; this one is ${task}`)
  if (time === label.column) complain(['time'], `must be another column than the label; got '${time}'`)
  if (id !== undefined && (id === label.column || id === time))
    complain(['id'], `must be another column than label and time; got '${id}'`)
  if (features !== undefined && ignore !== undefined)
    complain(['ignore'], 'cannot stand beside features: what is not listed there is ignored already')
  if (trainFrom !== undefined && (id === undefined || time === undefined))
    complain(['trainFrom'], 'needs the keys id and time: which columns of the source they are')
  for (const [at, name] of (features ?? []).entries()) {
    if (name === label.column) complain(['features', at], `must not be the label; got '${name}'`)
    if (name === time)
      complain(['features', at], `must not be the time: a model would only learn how old a row is; got '${name}'`)
  }
}

function checkTime(model: ModelSettings, complain: Complain): void {
  const { label, windows, time, triggers, cooldown, budget } = model
  if (label.delay !== undefined && windows?.every === undefined)
    complain(['label', 'delay'], 'needs windows by time (windows: { every: … }); for windows by rows give delayWindows')
  if (time !== undefined) return
  if (windows?.every !== undefined) complain(['windows', 'every'], 'cuts by time and needs the key time')
  const clock = (instead: string) => `goes by the clock and needs the key time; without one, give ${instead}`
  for (const { trigger, path } of everyTrigger(triggers)) {
    if (trigger.trigger === 'schedule' && trigger.everyWindows === undefined)
      complain([...path, trigger.cron === undefined ? 'every' : 'cron'], clock('everyWindows'))
    if (trigger.trigger === 'soft-or-schedule' && trigger.fallback.every !== undefined)
      complain([...path, 'fallback', 'every'], clock('everyWindows'))
    if (trigger.trigger === 'model-age' && trigger.olderThan !== undefined)
      complain([...path, 'olderThan'], clock('olderThanWindows'))
  }
  if (cooldown !== undefined) complain(['cooldown'], clock('cooldownWindows'))
  if (budget?.per !== undefined) complain(['budget', 'per'], clock('perWindows'))
}

/** No gate, or nothing to judge on, would be silence; and silence is never a pass. */
function checkJudging(
  { deploy, gates, holdOutWindows, probationWindows, triggers }: ModelSettings,
  complain: Complain,
): void {
  if (deploy !== 'gated') return
  if (gates.length === 0) complain(['gates'], 'must name at least one gate where deploy is gated; got an empty list')
  if (holdOutWindows === 0) complain(['holdOutWindows'], 'must be at least 1 where deploy is gated; got 0')
  // An avoidable-loss training holds nothing out, so no gate judges it: probation is all that stands behind it.
  if (probationWindows === 0 && triggers.some((entry) => entry.trigger === 'avoidable-loss'))
    complain(['probationWindows'], 'must be at least 1 where deploy is gated and avoidable loss may train; got 0')
}

/** Metrics must be those of the task, where it is known. */
export function checkMetrics({ task, detectors, triggers, gates }: ModelSettings, complain: Complain): void {
  if (task === undefined) return
  const fits = (path: Path, id: string) => {
    if (id === 'loss') return
    const tasks: readonly string[] = metrics.get(id).tasks
    if (!tasks.includes(task)) complain(path, `must be a metric for ${task} tasks: ${metricsFor(task)}; got '${id}'`)
  }
  for (const [at, entry] of detectors.entries()) {
    const named = 'metrics' in entry ? (entry.metrics ?? []) : []
    for (const [which, id] of named.entries()) fits(['detectors', at, 'metrics', which], id)
  }
  for (const { trigger, path } of everyTrigger(triggers)) {
    if ('metric' in trigger && trigger.metric !== undefined) fits([...path, 'metric'], trigger.metric)
    else if (trigger.trigger === 'estimated-performance' && (trigger.detector === 'dle') !== (task === 'regression')) {
      const fitting = task === 'regression' ? 'dle' : 'cbpe, pape'
      complain([...path, 'detector'], `must be one that estimates ${task} tasks: ${fitting}; got '${trigger.detector}'`)
    }
  }
  for (const [at, entry] of gates.entries())
    if ('metric' in entry && entry.metric !== undefined) fits(['gates', at, 'metric'], entry.metric)
}

function metricsFor(task: string): string {
  const fitting = metrics.all.filter((metric) => (metric.tasks as readonly string[]).includes(task))
  return fitting.map((metric) => metric.id).join(', ')
}

/** A trigger names its detector by id only; whether there is one, and whether features can be counted by it, is known here. */
function checkDetectors({ triggers }: ModelSettings, complain: Complain): void {
  for (const { trigger, path } of everyTrigger(triggers)) {
    if (!('detector' in trigger)) continue
    const { detector: id } = trigger
    const all: readonly AnyDetector[] = allDetectors.all
    const counts = trigger.trigger === 'drifting-share'
    const fitting = counts ? all.filter(({ alarmsPerFeature }) => alarmsPerFeature === true) : all
    if (fitting.some((one) => one.id === id)) continue
    const ids = fitting.map((one) => one.id).join(', ')
    const what = counts ? 'must be a detector that alarms feature by feature' : 'must be a detector that exists'
    complain([...path, 'detector'], `${what}: ${ids}; got '${id}'`)
  }
}

/** The same entry twice is a slip of the pen; of detectors and rules, only one of each kind can be meant. */
function checkRepeats({ detectors, triggers, gates, contract }: ModelSettings, complain: Complain): void {
  const once = (key: string, marks: readonly string[], path: Path = [key]) => {
    for (const [at, mark] of marks.entries()) {
      const first = marks.indexOf(mark)
      if (first < at) complain([...path, at], `repeats ${key}[${first}]`)
    }
  }
  once(
    'detectors',
    detectors.map((entry) => entry.detector),
  )
  once('contract', contract === 'off' ? [] : contract.map((entry) => entry.rule))
  once(
    'triggers',
    triggers.map((entry) => JSON.stringify(entry)),
  )
  for (const { trigger, path } of everyTrigger(triggers)) {
    const inner = membersOf(trigger)
    if (inner === null) continue
    const marks = inner.members.map((entry) => JSON.stringify(entry))
    once(inner.key, marks, [...path, inner.key])
  }
  once(
    'gates',
    gates.map((entry) => JSON.stringify(entry)),
  )
}
