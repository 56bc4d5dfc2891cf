import { MS_PER_DAY } from '../../base/units.ts'
import type { DemoDecision, DemoOutcome, DemoPolicy } from '../../cli/demo-report.ts'
import { addDays } from '../../cli/story-days.ts'
import type { DecisionKind, DecisionRecord } from '../../loop/record.ts'
import type { Incident, IncidentKind } from './incidents.ts'

/** By which decisions an incident is known to have been noticed, and whose reason they must rest on. */
interface Sign {
  readonly kinds: readonly DecisionKind[]
  readonly by: string | null
}

const SIGNS: Readonly<Record<IncidentKind, Sign>> = {
  kilometres: { kinds: ['quarantine'], by: 'scale-change' },
  'flipped-labels': { kinds: ['quarantine'], by: 'label-noise' },
  'new-rule': { kinds: ['postpone', 'retrain', 'reinstate'], by: 'avoidable-loss' },
  'old-rule': { kinds: ['postpone', 'retrain', 'reinstate'], by: 'avoidable-loss' },
  'wrong-join': { kinds: ['reject', 'return'], by: null },
}

/** What a policy's records cannot tell: versions that learned from what should have been kept out, or were made wrongly. */
export interface Damage {
  /** Versions that answered and carry the incident in them. */
  readonly versions: number
  /** Days that they answered. */
  readonly days: number
}

/** Reads from a policy's decision records when an incident was noticed and what was done. */
export function outcomeOf(
  incident: Incident,
  decisions: readonly DemoDecision[],
  labelDelayDays: number,
  damage: Damage,
): DemoOutcome {
  const until = addDays(incident.to, labelDelayDays)
  const within = decisions.filter(({ day }) => day >= incident.from && day <= until)
  const sign = SIGNS[incident.kind]
  const noticed = within.find(({ record }) => isSign(record, sign))
  const done = [...measures(incident, within), ...harm(incident, damage)]
  return {
    incident: incident.id,
    noticedOn: noticed?.day ?? null,
    afterDays: noticed === undefined ? null : daysBetween(incident.from, noticed.day),
    done: done.length === 0 ? 'nothing' : done.join('; '),
  }
}

function isSign({ kind, because }: DecisionRecord, { kinds, by }: Sign): boolean {
  return kinds.includes(kind) && (by === null || because.some((reason) => reason.by === by))
}

/** What the records of those days say was done, in words. */
function measures(incident: Incident, within: readonly DemoDecision[]): string[] {
  const of = (kind: DecisionKind) => within.filter(({ record }) => record.kind === kind)
  const said: string[] = []
  const { by } = SIGNS[incident.kind]
  if (incident.kind === 'kilometres' || incident.kind === 'flipped-labels') {
    const kept = new Set(
      of('quarantine')
        .filter((d) => isSign(d.record, { kinds: ['quarantine'], by }))
        .map((d) => d.day),
    )
    return kept.size === 0
      ? []
      : [`kept ${kept.size} of ${daysBetween(incident.from, incident.to) + 1} days out of training`]
  }
  const first = of('promote')[0]
  if (incident.kind === 'new-rule' && first !== undefined) {
    said.push(`first new version on day ${daysBetween(incident.from, first.day) + 1}`)
  }
  for (const { day, record } of of('reinstate'))
    said.push(`version ${record.version} reinstated on ${day}, no training`)
  for (const { day, record } of of('return')) said.push(`back to version ${record.version} on ${day}`)
  const trained = of('retrain').length
  if (trained > 0) said.push(`${trained} ${trained === 1 ? 'training' : 'trainings'}, ${of('reject').length} rejected`)
  return said
}

function harm({ kind }: Incident, { versions, days }: Damage): string[] {
  if (versions === 0) return []
  const count = `${versions} ${versions === 1 ? 'version' : 'versions'}`
  switch (kind) {
    case 'kilometres':
    case 'flipped-labels':
      return [`${count} that learned from it answered on ${days} days`]
    case 'wrong-join':
      return [`${count} made with the wrong join answered on ${days} days`]
    case 'new-rule':
    case 'old-rule':
      return []
  }
}

/** Counts of a policy's decisions, for the table. */
export function countsOf(decisions: readonly DemoDecision[], incidents: readonly Incident[], labelDelayDays: number) {
  const count = (kind: DecisionKind) => decisions.filter(({ record }) => record.kind === kind).length
  const keptOut = new Set<string>()
  const forNothing = new Set<string>()
  for (const { day, record } of decisions) {
    if (record.kind !== 'quarantine') continue
    // Rows are inspected when their day closes, labels when they are known.
    const isAboutLabels = record.because.some((reason) => reason.by === 'label-noise')
    const about = isAboutLabels ? addDays(day, -labelDelayDays) : day
    keptOut.add(about)
    const isDue = incidents.some(
      ({ kind, from, to }) => (kind === 'kilometres' || kind === 'flipped-labels') && about >= from && about <= to,
    )
    if (!isDue) forNothing.add(about)
  }
  const blocked = decisions.filter(({ record }) => record.kind === 'blocked' && record.because[0]?.by !== 'contract')
  return {
    rejected: count('reject'),
    reinstated: count('reinstate'),
    returned: count('return'),
    trainingsBlocked: blocked.length,
    daysKeptOut: keptOut.size,
    daysKeptOutForNothing: forNothing.size,
  } satisfies Partial<DemoPolicy>
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_DAY)
}
